import { reason } from "../../format";
import type { FindValue } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { asked, EVERYTHING, type Filters, fits } from "./filters";
import { withNewest, withPage } from "./found";
import { withOpinions } from "./opinions";

/** Takes in a page. */
const PAGE = 100;

/** Takes of a step that may be asked for. */
const MOST_OF_STEP = 200;

/** Shows other takes. What is there stays until the kernel has answered. */
export async function refine(session: Session, patch: Partial<Filters>): Promise<void> {
  const { wall } = session.state.get();
  const filters = { ...wall.filters, ...patch };
  session.state.set({ wall: { ...wall, filters, chosen: true, asking: true, problem: null } });
  if (!(await page(session, filters, null))) return;
  const { total } = session.state.get().wall;
  session.state.set({ said: `${total || "No"} matching take${total === 1 ? "" : "s"}.` });
}

/** Shows all takes again, in the view as before unless another is given. */
export function widen(session: Session, view: Partial<Filters> = {}): Promise<void> {
  const { here, mine, by } = session.state.get().wall.filters;
  return refine(session, { ...EVERYTHING, here, mine, by, ...view });
}

/** Asks for those behind the ones that are here, if there are any. */
export async function more(session: Session): Promise<void> {
  const { wall } = session.state.get();
  if (wall.asking || wall.problem || wall.ids.length >= wall.total) return;
  session.state.set({ wall: { ...wall, asking: true } });
  await page(session, wall.filters, wall.ids.at(-1) ?? null);
}

/** Asks for a page, and shows it where these are still the filters; whether it was shown. */
async function page(session: Session, filters: Filters, after: string | null): Promise<boolean> {
  const { state } = session;
  const wanted = () => state.get().wall.filters === filters;
  try {
    const value = filters.step ? await ofStep(session, filters) : await find(session, filters, after);
    if (!wanted()) return false;
    const now = state.get();
    // What came in while the kernel looked may not be in what it found.
    const found = { ...value, takes: withOpinions(value.takes, now.opinions) };
    state.set({ wall: withNewest(withPage(now.wall, found, after === null), now.takes) });
    return true;
  } catch (error) {
    if (wanted()) state.set({ wall: { ...state.get().wall, asking: false, problem: reason(error) } });
    return false;
  }
}

async function find({ connection }: Session, filters: Filters, after: string | null): Promise<FindValue> {
  return (await connection.request("find", { ...asked(filters), after, limit: PAGE })).value;
}

/** The takes of a step that fit, all at once: the kernel names no more of them than a page may have. */
async function ofStep({ connection }: Session, filters: Filters): Promise<FindValue> {
  const ids = [...(filters.step?.takes ?? [])].slice(0, MOST_OF_STEP);
  const { value } = await connection.request("step_takes", { takes: ids });
  const takes = value.takes.filter((take) => fits(take, filters));
  return { takes, total: takes.length, next: null };
}
