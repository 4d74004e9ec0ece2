import { useEffect, useRef, useState } from "preact/hooks";
import { reason } from "../../format";
import { Icon } from "../../view/Icon";
import { sendFile } from "../model/images";
import type { Session } from "../model/session";

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
      return "Camera access was denied. Allow it for this page in the browser's address bar, and try again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "No camera was found. Connect one, or choose a file.";
    case "NotReadableError":
    case "AbortError":
      return "Another program may be using the camera. Close it and try again.";
    default:
      return `The camera could not start: ${reason(error)}`;
  }
}

export interface CameraProps {
  session: Session;
  slot: string;
  offline: boolean;
  /** It is over, whichever way. */
  onClose: () => void;
}

/** A picture taken with the camera. The camera is let go with the picture, and on every other way out. */
export function Camera({ session, slot, offline, onClose }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const main = useRef<HTMLButtonElement>(null);
  const stream = useRef<MediaStream | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [live, setLive] = useState(false);
  const [taken, setTaken] = useState<{ file: File; url: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let here = true;
    const fail = (error: unknown) => {
      if (!here) return;
      const words = whyNoCamera(error);
      setProblem(words);
      session.state.set({ said: words });
    };
    openCamera().then((opened) => {
      // Allowed only after a person has turned away.
      if (!here) return letGo(opened);
      stream.current = opened;
      opened.getTracks()[0]?.addEventListener("ended", () => fail(new DOMException("", "NotReadableError")));
      if (video.current) video.current.srcObject = opened;
    }, fail);
    return () => {
      here = false;
      letGo(stream.current);
      stream.current = null;
    };
  }, [attempt]);
  useEffect(() => () => (taken ? URL.revokeObjectURL(taken.url) : undefined), [taken]);
  // Each step has one main button, and a person who pressed the last one's is on it.
  useEffect(() => main.current?.focus({ preventScroll: true }), [taken, problem, attempt]);

  async function take(): Promise<void> {
    if (!video.current || !live) return;
    try {
      const file = await takePicture(video.current);
      letGo(stream.current);
      setTaken({ file, url: URL.createObjectURL(file) });
      session.state.set({ said: "Picture taken." });
    } catch (error) {
      setProblem(reason(error));
    }
  }
  function again(): void {
    setTaken(null);
    setProblem(null);
    setLive(false);
    setAttempt(attempt + 1);
  }

  const close = (
    <button type="button" class="rk-quiet" onClick={onClose}>
      Cancel<span class="rk-unseen"> the camera</span>
    </button>
  );
  const way = (words: string, onClick: () => void, disabled = false) => (
    <button ref={main} type="button" class="rk-button" aria-disabled={disabled} onClick={onClick}>
      {words}
    </button>
  );
  if (problem)
    return (
      <div class="rk-drop rk-drop-refused">
        <Icon name="warning" />
        <div class="rk-drop-words rk-small">{problem}</div>
        <div class="rk-drop-ways">
          {way("Try again", again)}
          {close}
        </div>
      </div>
    );
  return (
    <div class="rk-camera">
      <div class="rk-picture">
        {taken ? (
          <img src={taken.url} alt="What the camera saw" />
        ) : (
          <video
            ref={video}
            muted
            autoplay
            playsInline
            aria-label="Camera preview"
            onPlaying={() => setLive(true)}
          />
        )}
        {taken || live ? null : <span class="rk-small rk-dim">Waiting for the camera</span>}
      </div>
      <div class="rk-camera-ways rk-small">
        {taken ? (
          <>
            {way(
              "Use",
              () => {
                if (offline) return;
                onClose();
                void sendFile(session, slot, taken.file);
              },
              offline,
            )}
            <button type="button" class="rk-quiet" onClick={again}>
              Again
            </button>
          </>
        ) : (
          way("Take the picture", take, !live)
        )}
        {close}
      </div>
    </div>
  );
}
