import type { Job, Take } from "../../kernel/protocol";
import type { StudioState } from "./state";

/** Jobs this studio has seen at work, to know their takes by. */
export type Seen = Map<string, Pick<Job, "endpoint" | "prompt">>;

/**
 * The takes that were not there before and that jobs of this studio left, newest first.
 *
 * A take may have its job's id or one of its own; then its endpoint and prompt tell.
 */
export function arrived(before: Take[], now: Take[], seen: Seen): Take[] {
  const known = new Set(before.map((take) => take.id));
  return now.filter(
    (take) =>
      !known.has(take.id) &&
      (seen.has(take.id) ||
        [...seen.values()].some((job) => job.endpoint === take.endpoint && job.prompt === take.prompt)),
  );
}

/** The takes of a team's library that came onto the wall by themselves: somebody made them elsewhere. Newest first. */
export function cameIn(before: Shelves, { takes, wall }: Shelves, asked: readonly Take[]): Take[] {
  const there = new Set(before.wall.ids);
  return takes.filter(
    (take) =>
      take.team &&
      !before.wall.known.has(take.id) &&
      !there.has(take.id) &&
      wall.ids.includes(take.id) &&
      !asked.includes(take),
  );
}

type Shelves = Pick<StudioState, "takes" | "wall">;
