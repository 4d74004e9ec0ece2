import { useEffect, useState } from "preact/hooks";
import { NBSP, pixels } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { Endpoint, Framing, Image } from "../../kernel/protocol";
import { edit } from "./drafts";
import { aspectOf, framingFor, sameFraming } from "./framing";
import type { Session } from "./session";
import type { StudioState } from "./state";

/** Milliseconds that a framing stands still before the kernel is asked what it would send. */
const SETTLED = 250;

type Told = Pick<StudioState, "draft">;

/** What would be sent of an image; null for all of it where nothing was chosen. */
export function framingOf(state: Told, endpoint: Endpoint, image: Image): Framing | null {
  if (!image.width || !image.height) return null;
  const chosen = state.draft.frames?.[image.slot];
  const decided = chosen?.digest === image.digest ? chosen.framing : image.framing;
  const aspect = aspectOf(endpoint, state.draft.wanted);
  const size = { width: image.width, height: image.height };
  return framingFor(size, aspect, decided, kindOf(endpoint.output).has_frames);
}

/** The framings to send with a form, by slot; undefined where all images go as they were given. */
export function framesOf(
  state: Told,
  endpoint: Endpoint,
  images: Image[],
): { [slot: string]: Framing } | undefined {
  const framings = images.flatMap((image) => {
    const framing = framingOf(state, endpoint, image);
    return framing ? [[image.slot, framing] as const] : [];
  });
  return framings.length ? Object.fromEntries(framings) : undefined;
}

/** A person decides what of an image is sent. */
export function frame(session: Session, image: Image, framing: Framing): void {
  const { frames } = session.state.get().draft;
  edit(session, { frames: { ...frames, [image.slot]: { digest: image.digest, framing } } });
}

/** What will be sent, in the kernel's words; in our own until it has said them. */
export function useSends(session: Session, image: Image, framing: Framing | null): string {
  const [said, setSaid] = useState<{ key: string; sends: string } | null>(null);
  const known = sameFraming(framing, image.framing);
  const asked = framing ?? { fit: "whole" };
  const { fit, box, ratio, colour } = asked;
  const key = JSON.stringify([image.digest, fit, box, ratio, colour]);
  useEffect(() => {
    if (known) return;
    let here = true;
    const timer = setTimeout(async () => {
      const { slot, digest } = image;
      try {
        const { value } = await session.connection.request("image_frame", { slot, digest, framing: asked });
        if (here) setSaid({ key, sends: value.sends });
      } catch {
        // Our own words stay. What is wrong is said when it is sent.
      }
    }, SETTLED);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [session, key, known]);
  if (known) return image.sends;
  return said?.key === key ? said.sends : words(asked);
}

function words({ fit, box, ratio }: Framing): string {
  if (fit === "crop") return `${pixels(box?.[2] ?? 0, box?.[3] ?? 0)}, cropped`;
  return fit === "pad" ? `${ratio}${NBSP}with a margin` : "Uncropped";
}
