import type { FamilyMember, Take } from "../../kernel/protocol";
import { recall } from "../loading/loading";
import { canBeCompared } from "../model/selecting";
import type { Session } from "../model/session";
import type { StudioState } from "../model/state";
import { openTake } from "../model/takes";
import { meet } from "../selection/gather";
import { whyNotCompared } from "../selection/selecting";

/** How many are compared from here. */
export const TWO = 2;

/** Shows a take on the stage. */
export function openMember(session: Session, { take }: FamilyMember): void {
  meet(session, [take]);
  openTake(session, take);
}

/** Why its settings cannot be put into the form; null where they can. */
export function whyNotReused({ endpoints }: Pick<StudioState, "endpoints">, take: Take): string | null {
  if (endpoints.some(({ id }) => id === take.endpoint)) return null;
  return take.endpoint.startsWith("here/")
    ? "Made on this machine: there are no settings to reuse."
    : "Its model is not known here, so there are no settings to reuse.";
}

/** Branches off from a take: its prompt, images and settings stand in the form. */
export function branchOff(session: Session, { take }: FamilyMember): Promise<void> {
  meet(session, [take]);
  return recall(session, take, { seed: true });
}

/** What is chosen to be compared with one more, or one less; of three, the last two. */
export function choose(
  session: Session,
  chosen: readonly string[],
  { take, removed }: FamilyMember,
): string[] {
  const others = chosen.filter((id) => id !== take.id);
  const say = (said: string) => session.state.set({ said });
  if (others.length < chosen.length) {
    say("No longer selected.");
    return others;
  }
  const refusal = whyNotChosen({ take, removed });
  if (refusal) {
    say(refusal);
    return others;
  }
  const now = [...others, take.id].slice(-TWO);
  say(
    now.length < TWO ? "One take is selected. Select another to compare it with." : "Two takes are selected.",
  );
  return now;
}

export function whyNotChosen({ take, removed }: Pick<FamilyMember, "take" | "removed">): string | null {
  if (removed) return "The files of this take were removed.";
  return canBeCompared(take) ? null : whyNotCompared(take);
}

/** Shows two takes side by side on the stage. */
export function compareMembers(session: Session, members: readonly FamilyMember[]): void {
  meet(
    session,
    members.map(({ take }) => take),
  );
  session.state.set({
    selected: members.map(({ take }) => take.id),
    notSelected: null,
    blink: null,
    said: `${members.length} takes are side by side.`,
  });
}
