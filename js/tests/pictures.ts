const TILES = { frames: 24, columns: 6, width: 192, height: 108 };

/** A sprite of a film in which the sun crosses the sky, with the number of each frame on it. */
export async function drawSprite(key: string, { frames, columns, width, height } = TILES) {
  const canvas = new OffscreenCanvas(columns * width, Math.ceil(frames / columns) * height);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("No canvas.");
  const hue = hueOf(key);
  for (let index = 0; index < frames; index++) {
    const part = frames > 1 ? index / (frames - 1) : 0;
    paint.save();
    paint.translate((index % columns) * width, Math.floor(index / columns) * height);
    paint.scale(width, height);
    paint.beginPath();
    paint.rect(0, 0, 1, 1);
    paint.clip();
    paint.fillStyle = `hsl(${hue} 60% ${75 - part * 35}%)`;
    paint.fillRect(0, 0, 1, 1);
    paint.fillStyle = `hsl(${hue} 90% 88%)`;
    paint.beginPath();
    paint.ellipse(0.2 + part * 0.6, 0.35, (0.12 * height) / width, 0.12, 0, 0, 7);
    paint.fill();
    paint.fillStyle = "#1b2c38";
    paint.fillRect(0, 0.72, 1, 0.28);
    paint.fillRect(0.45 - part * 0.2, 0.5, 0.03, 0.25);
    paint.restore();
  }
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return {
    value: { media_type: "image/jpeg", frames, columns, width, height },
    buffers: [await blob.arrayBuffer()],
  };
}

const HUES = [28, 225, 350, 160, 300, 195];
function hueOf(key: string): number {
  return HUES[[...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % HUES.length] ?? 28;
}

/** A harbour at some hour; the hour comes from the key. */
export async function drawPicture(key: string): Promise<ArrayBuffer> {
  const hue = hueOf(key);
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
