import type { Fields } from "../../kernel/connection";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { openTake } from "../model/takes";

/** Seconds: of a long video, its sound takes its time to be mixed. */
const PATIENCE = 300;
/** Milliseconds in which a new take is told of by itself. */
const SOON = 3000;

/** Puts a sound under a video, and opens the take of both. */
export async function putUnder(session: Session, asked: Fields<"with_sound">): Promise<void> {
  const { state, connection } = session;
  const { value } = await connection.request("with_sound", asked, [], { timeout: PATIENCE });
  const { take: id, kept } = value;
  if (!kept) await appears(session, id);
  if (!takeById(state.get(), id)) await connection.request("show_take", { take: id });
  const take = takeById(state.get(), id);
  if (take) openTake(session, take);
  state.set({ said: kept ? "You already have this take." : "The sound is under the video." });
}

/** Waits until the kernel has told of a take, for so long as that may last. */
function appears({ state }: Session, id: string): Promise<void> {
  const there = () => takeById(state.get(), id) !== undefined;
  if (there()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, SOON);
    const stop = state.subscribe(() => there() && done());
  });
}
