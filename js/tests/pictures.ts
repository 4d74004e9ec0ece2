import type { Box } from "../src/kernel/protocol";

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

/** A waveform as the kernel draws one: grey-blue on light grey. */
export async function drawWave(key: string): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(960, 240);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("No canvas.");
  paint.fillStyle = "#eef0f2";
  paint.fillRect(0, 0, 960, 240);
  paint.fillStyle = "#6b8299";
  const seed = hueOf(key);
  for (let x = 0; x < 960; x += 4) {
    const loud = Math.abs(Math.sin(x / 37 + seed) * Math.sin(x / 11) * Math.sin((Math.PI * x) / 960));
    paint.fillRect(x, 120 - 110 * loud, 3, 220 * loud + 1);
  }
  return (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })).arrayBuffer();
}

/** A picture with boxes drawn on it. */
export async function drawBoxes(key: string, boxes: readonly Box[]): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(new Blob([await drawPicture(`sha256 ${key}`)]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("No canvas.");
  paint.drawImage(picture, 0, 0);
  paint.strokeStyle = "#fff";
  paint.lineWidth = 3;
  for (const { relative } of boxes) {
    const [left = 0, top = 0, width = 0, height = 0] = relative ?? [];
    paint.strokeRect(left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height);
  }
  return (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 })).arrayBuffer();
}

/** Four seconds of a tone, as a WAV file. */
export function tone(seconds = 4): ArrayBuffer {
  const rate = 8000;
  const samples = rate * seconds;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const words = (at: number, text: string) => {
    for (const [index, letter] of [...text].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  words(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  words(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  words(36, "data");
  view.setUint32(40, samples, true);
  for (let at = 0; at < samples; at++) view.setUint8(44 + at, 128 + Math.round(20 * Math.sin(at / 6)));
  return view.buffer;
}
