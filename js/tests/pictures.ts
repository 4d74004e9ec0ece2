/** A harbour at some hour; the hour comes from the key. */
export async function drawPicture(key: string): Promise<ArrayBuffer> {
  const hues = [28, 225, 350, 160, 300, 195];
  const hue = hues[[...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % hues.length] ?? 28;
  const canvas = new OffscreenCanvas(480, key.startsWith("sha256") ? 360 : 270);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("No canvas.");
  const sky = paint.createLinearGradient(0, 0, 0, canvas.height);
  sky.addColorStop(0, `hsl(${hue} 70% 72%)`);
  sky.addColorStop(1, `hsl(${hue + 180} 25% 40%)`);
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 480, canvas.height);
  paint.fillStyle = `hsl(${hue} 90% 88%)`;
  paint.beginPath();
  paint.arc(120 + (hue % 200), 100, 34, 0, 7);
  paint.fill();
  paint.fillStyle = "#1b2c38";
  paint.beginPath();
  paint.moveTo(0, 210);
  paint.bezierCurveTo(150, 170, 260, 240, 480, 190);
  paint.lineTo(480, canvas.height);
  paint.lineTo(0, canvas.height);
  paint.fill();
  return (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })).arrayBuffer();
}
