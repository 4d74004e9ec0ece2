/**
 * Videos whose frames carry their number, as eight blocks of black and white: 72 frames at 24 a second, 60 at 30.
 * `fixtures/numbered.py` makes them.
 */
export const NUMBERED = {
  slow: { url: new URL("./fixtures/numbered-24.mp4", import.meta.url).href, fps: 24, frames: 72 },
  quick: { url: new URL("./fixtures/numbered-30.mp4", import.meta.url).href, fps: 30, frames: 60 },
} as const;

export type Numbered = keyof typeof NUMBERED;

/** The number of the frame that a video shows now: what is seen, and not what its clock says. */
export function frameShown(video: HTMLVideoElement): number {
  const canvas = new OffscreenCanvas(128, 32);
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  if (!paint) throw new Error("No canvas.");
  paint.drawImage(video, 0, 0, 128, 32);
  const { data } = paint.getImageData(0, 16, 128, 1);
  return Array.from({ length: 8 }, (_, bit) => ((data[(bit * 16 + 8) * 4] ?? 0) > 127 ? 1 << bit : 0)).reduce(
    (sum, value) => sum + value,
    0,
  );
}

/** A video on the page that has its first frame. */
export async function loaded(which: Numbered): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  video.src = NUMBERED[which].url;
  document.body.append(video);
  if (video.readyState < 2) await new Promise((resolve) => video.addEventListener("loadeddata", resolve));
  return video;
}

export const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
