import type { ChainStep } from "../../kernel/protocol";
import { load, recall } from "../loading/loading";
import { attempt, type Session } from "../model/session";
import { takeById } from "../model/state";
import { openTake } from "../model/takes";
import { outputOf } from "../outputs/pick";
import { turnWithImage } from "../outputs/turning";
import { refine } from "../wall/finding";

/** Sets the form, the stage and the wall to a step: its open take, else the one that is picked, else its picture. */
export function goToStep(session: Session, step: ChainStep): Promise<void> {
  const { state } = session;
  const { open, wall } = state.get();
  const { id, title, takes, picture, image } = step;
  const wanted = open && takes.includes(open.take) ? open.take : picture;
  return attempt(session, async () => {
    if (takes.length) {
      const shown = { id, title, takes: new Set(takes) };
      await refine(session, { step: shown });
      // Another step was gone to since.
      if (state.get().wall.filters.step !== shown) return;
    } else if (wall.filters.step) void refine(session, { step: null });
    if (wanted === null) return image === null ? undefined : useImage(session, step, image);
    if (!takeById(state.get(), wanted)) await session.connection.request("show_take", { take: wanted });
    const take = takeById(state.get(), wanted);
    if (!take) return;
    if (open?.take !== wanted) openTake(session, take);
    // What was made on this machine, as a sound under a video, is asked for elsewhere.
    if (state.get().endpoints.some((endpoint) => endpoint.id === take.endpoint))
      await recall(session, take, { seed: true, message: `Loaded ${title}.`, turn: false });
  });
}

/** Begins with an image that a person gave. */
function useImage(session: Session, { words }: ChainStep, digest: string): Promise<void> {
  const ask = async () => {
    await session.connection.request("images_restore", { images: { start: digest }, frames: {} });
    const output = outputOf(session.state.get());
    turnWithImage(session, output === "audio" ? "video" : output);
    return null;
  };
  return load(session, `Loaded ${words || "the image"}.`, ask, { turn: false });
}
