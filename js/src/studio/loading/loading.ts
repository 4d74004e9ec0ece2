import { exactTime } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { Box, Form, Image, Take } from "../../kernel/protocol";
import { withFile } from "../../kernel/take-files";
import { edit } from "../model/drafts";
import { frame } from "../model/frames";
import { around, aspectOf, type Box as Part } from "../model/framing";
import { putBack, stopUpload } from "../model/images";
import { attempt, type Session } from "../model/session";
import { type Before, beforeOf, chosenEndpoint, type Draft } from "../model/state";
import { canMake, noneFor, type Output, outputOf } from "../outputs/pick";
import { turnWithImage } from "../outputs/turning";
import { mark, reveal } from "./reveal";

/**
 * Loads something into the form: settings of a take or of a job, or a frame to go on from.
 *
 * `ask` has the kernel put images into the slots, and resolves to the form to show; to null where nothing else is to
 * change than what it has changed itself. Then the form comes into sight, the prompt has the focus, and `message` says
 * what was loaded, with an Undo that puts back everything. What was written while the kernel was asked stays. Without
 * `turn` the form is marked where it is: who looks along the steps stays there.
 */
export function load(
  session: Session,
  message: string,
  ask: () => Promise<Form | null>,
  { turn: turns = true } = {},
): Promise<void> {
  const { state } = session;
  const before = beforeOf(state.get());
  session.loads += 1;
  const turn = session.loads;
  return attempt(session, async () => {
    const form = await ask();
    // Another was asked for since: it is the one to be shown.
    if (turn !== session.loads) return;
    if (form) {
      if (state.get().draft !== before.draft) {
        await putBack(session, before);
        throw new Error(
          "You changed the form in the meantime, so nothing was loaded. Press the button again to load the settings.",
        );
      }
      session.writing.show(form);
    }
    // Not what stands there since: the images of what is loaded came before the rest of it.
    if (outputOf(state.get()) !== outputOf({ ...state.get(), ...before }))
      session.remembered.keep(outputOf({ ...state.get(), ...before }), before);
    for (const slot of Object.keys(state.get().uploads)) stopUpload(session, slot);
    state.set({ outcome: { kind: "loaded", message, before }, said: message });
    // Once it is drawn.
    setTimeout(() => session.form && (turns ? reveal : mark)(session.form));
  });
}

/** Puts back what stood in the form before something was loaded; what stands there now can be had again. */
export async function undo(session: Session, before: Before, again: boolean): Promise<void> {
  const { state } = session;
  const now = beforeOf(state.get());
  const message = again ? "Loaded again." : "Restored what was there.";
  state.set({
    draft: before.draft,
    outcome: { kind: "loaded", message, before: now, undone: !again },
    said: message,
  });
  await attempt(session, () => putBack(session, before));
}

/** Fills the form with what a take was asked with: endpoint, prompt, settings, images. */
export function recall(
  session: Session,
  { id }: { id: string },
  { seed, message, turn = true }: { seed: boolean; message?: string; turn?: boolean },
): Promise<void> {
  const asked = { take: id, seed, by: session.writing.page };
  return load(
    session,
    message ?? `Loaded this take's settings${seed ? "" : " without its seed"}.`,
    async () => (await session.connection.request("recall", asked)).value,
    { turn },
  );
}

/**
 * Begins the next shot with a frame of a video: the one shown at a time in seconds, or the last one. It is one shot: what
 * the form has several of is as the take has it.
 */
export function nextShot(session: Session, take: Take, at: number | null = null, file = 0): Promise<void> {
  const from = at === null ? "the last frame" : exactTime(at);
  return begin(session, take, "video", `Continuing from ${from}. What happens next?`, { at, file });
}

/** Which picture of a take is meant. */
export interface Picture {
  /** Of a video: when it is shown, in seconds; null for the last one. */
  at?: number | null;
  /** Which of the take's files, from 0. */
  file?: number;
}

const ASKED = {
  video: "is the start image now. What should move?",
  image: "can be edited now. What should change?",
  boxes: "can be searched now. What should be found?",
};

/** Turns the form to an output, with a take's picture to begin with. */
export function useTake(
  session: Session,
  take: Take,
  output: keyof typeof ASKED,
  picture: Picture = {},
): Promise<void> {
  const { at = null, file = 0 } = picture;
  const film = kindOf(withFile(take, file).kind).has_frames;
  const what = !film ? "This image" : at === null ? "The last frame" : `The frame at ${exactTime(at)}`;
  return begin(session, take, output, `${what} ${ASKED[output]}`, picture);
}

/** Makes a video of an image take. */
export const animate = (session: Session, take: Take, picture?: Picture) =>
  useTake(session, take, "video", picture);

/** Edits an image take, or a frame of a video. */
export const editImage = (session: Session, take: Take, picture?: Picture) =>
  useTake(session, take, "image", picture);

/** Finds boxes in an image take, or in a frame of a video. */
export const findBoxes = (session: Session, take: Take, picture?: Picture) =>
  useTake(session, take, "boxes", picture);

/**
 * Makes a box of a boxes take the crop of the form, with the model's aspect ratio around it: the image that it was found
 * in is the start image. A form for speech or for boxes turns to videos.
 */
export function cropTo(session: Session, take: Take, { label, relative }: Box): Promise<void> {
  const output = outputOf(session.state.get());
  const to = kindOf(output).is_image ? output : "video";
  const message = `Cropped to ${label || "the box"}. ${to === "image" ? "What should change?" : "What should move?"}`;
  return begin(session, take, to, message, {}, (image) => {
    const state = session.state.get();
    const endpoint = chosenEndpoint(state);
    const { width, height } = image;
    if (!endpoint || !relative || !width || !height) return;
    const [left = 0, top = 0, wide = 1, high = 1] = relative;
    const part = [left * width, top * height, wide * width, high * height].map(Math.round) as Part;
    frame(session, image, around({ width, height }, aspectOf(endpoint, state.draft.wanted), part));
  });
}

function begin(
  session: Session,
  take: Take,
  output: Output,
  message: string,
  { at = null, file = 0 }: Picture,
  then: (image: Image) => void = () => {},
): Promise<void> {
  const { draft } = session.state.get();
  return load(session, message, async () => {
    if (!canMake(session.state.get(), output)) throw new Error(noneFor(output));
    const { value } = await session.connection.request("next_shot", { take: take.id, at, file });
    await session.previews.fetch(value.digest).catch(() => {});
    // What was written meanwhile stays.
    const untouched = session.state.get().draft === draft;
    turnWithImage(session, output, take.kind === output ? take.endpoint.split("/")[0] : undefined);
    if (untouched && kindOf(output).has_frames) {
      const film = kindOf(withFile(take, file).kind).has_frames;
      edit(session, oneOf(session.state.get().draft, take, film));
    }
    then(value);
    return null;
  });

  /** What of a form makes a single take: the values of one that it has made, and its words where it goes on. */
  function oneOf({ prompt, wanted }: Draft, take: Take, goesOn: boolean): Partial<Draft> {
    const values = Object.entries(wanted).map(([name, value]) => [
      name,
      Array.isArray(value) ? take.settings[name] : value,
    ]);
    return {
      prompt: goesOn || prompt.includes("{{") ? take.prompt : prompt,
      wanted: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
      models: undefined,
      leftOut: undefined,
    };
  }
}
