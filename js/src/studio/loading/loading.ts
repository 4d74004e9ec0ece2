import { exactTime } from "../../format";
import type { Endpoint, Form, Take } from "../../kernel/protocol";
import { edit } from "../model/drafts";
import { stopUpload } from "../model/images";
import { attempt, type Session } from "../model/session";
import { type Before, beforeOf, chosenEndpoint, type Draft, type StudioState } from "../model/state";
import { reveal } from "./reveal";

/**
 * Loads something into the form: settings of a take or of a job, or a frame to go on from.
 *
 * `ask` has the kernel put images into the slots, and resolves to the form to show; to null where nothing else is to
 * change than what it has changed itself. Then the form comes into sight, the prompt has the focus, and `message` says
 * what was loaded, with an Undo that puts back everything. What was written while the kernel was asked stays.
 */
export function load(session: Session, message: string, ask: () => Promise<Form | null>): Promise<void> {
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
    for (const slot of Object.keys(state.get().uploads)) stopUpload(session, slot);
    state.set({ outcome: { kind: "loaded", message, before }, said: message });
    // Once it is drawn.
    setTimeout(() => session.form && reveal(session.form));
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

async function putBack(session: Session, { images }: Before): Promise<void> {
  if (JSON.stringify(images) === JSON.stringify(session.state.get().images)) return;
  await session.connection.request("images_restore", {
    images: Object.fromEntries(images.map(({ slot, digest }) => [slot, digest])),
    frames: Object.fromEntries(images.flatMap(({ slot, framing }) => (framing ? [[slot, framing]] : []))),
  });
}

/** Fills the form with what a take was asked with: endpoint, prompt, settings, images. */
export function recall(session: Session, { id }: { id: string }, { seed }: { seed: boolean }): Promise<void> {
  const asked = { take: id, seed, by: session.writing.page };
  return load(
    session,
    `Loaded this take's settings${seed ? "" : " without its seed"}.`,
    async () => (await session.connection.request("recall", asked)).value,
  );
}

/**
 * Begins the next shot with a frame of a take: the one shown at a time in seconds, the last one, or the take itself
 * where it is an image. It is one shot: what the form has several of is as the take has it.
 */
export function nextShot(session: Session, take: Take, at: number | null = null): Promise<void> {
  const from = at === null ? "the last frame" : exactTime(at);
  const message =
    take.kind === "image"
      ? "This image is the start image now. What should move?"
      : `Continuing from ${from}. What happens next?`;
  const { draft } = session.state.get();
  return load(session, message, async () => {
    const { value } = await session.connection.request("next_shot", { take: take.id, at });
    await session.previews.fetch(value.digest).catch(() => {});
    const now = session.state.get();
    const model = withStart(now, take);
    // What was written meanwhile stays.
    edit(session, {
      ...(now.draft === draft ? oneOf(draft, take) : {}),
      ...(model ? { endpoint: model.id, models: undefined } : {}),
    });
    return null;
  });
}

/** What of a form makes a single take: the words and values of one that it has made; of an image, the words may be for what is to move. */
function oneOf({ prompt, wanted }: Draft, take: Take): Partial<Draft> {
  const values = Object.entries(wanted).map(([name, value]) => [
    name,
    Array.isArray(value) ? take.settings[name] : value,
  ]);
  return {
    prompt: take.kind !== "image" || prompt.includes("{{") ? take.prompt : prompt,
    wanted: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    models: undefined,
    leftOut: undefined,
  };
}

/** The endpoint to turn to for a start image; undefined where the form's own takes one, or there is none. */
function withStart(state: StudioState, take: Take): Endpoint | undefined {
  const takesOne = ({ output, images }: Endpoint) =>
    output === "video" && images.some(({ slot }) => slot === "start");
  const now = chosenEndpoint(state);
  if (now && takesOne(now)) return undefined;
  const able = state.endpoints.filter(takesOne);
  return (
    able.find(({ id }) => id === take.endpoint) ??
    able.find((one) => one.default) ??
    able.find(({ absent }) => !absent) ??
    able[0]
  );
}
