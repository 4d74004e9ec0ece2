import { reason } from "../words";

/** Whether the browser lets this page ask for a camera at all; it does so on https and on localhost only. */
export function hasCamera(): boolean {
  return !!navigator.mediaDevices?.getUserMedia;
}

/** Opens the camera, once the person has allowed it; on a phone the one that looks away from them. */
export function openCamera(): Promise<MediaStream> {
  const video = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: { ideal: "environment" } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** Lets the camera go: its light goes out. */
export function letGo(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What the camera sees now, as a file. */
export async function takePicture(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
  if (!blob) throw new Error("The browser could not keep this picture. Try again.");
  const time = new Date().toTimeString().slice(0, 8).replaceAll(":", ".");
  return new File([blob], `camera ${time}.jpg`, { type: blob.type });
}

/** Why there is no picture of the camera, in words, and what to do. */
export function whyNoCamera(error: unknown): string {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "The camera was not allowed. Allow it for this page, beside its address in the browser, and try again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "No camera was found. Connect one, or choose a file.";
    case "NotReadableError":
    case "AbortError":
      return "Another program may have the camera. Close that one and try again.";
    default:
      return `The camera does not start: ${reason(error)}`;
  }
}
