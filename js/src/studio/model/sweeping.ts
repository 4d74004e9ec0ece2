import { counted } from "../../format";
import type { Fields } from "../../kernel/connection";
import type { GenerateValue, Sweep } from "../../kernel/protocol";
import { readable } from "./planning";
import type { Session } from "./session";
import { refuse } from "./session";
import { type Asked, chosenEndpoint, type StudioState } from "./state";

/** Begins everything that a form with several values asks for; resolves to the one take's value if it is only one. */
export async function beginSweep(
  session: Session,
  fields: Fields<"sweep_begin">,
  asked: Asked,
): Promise<GenerateValue | undefined> {
  const { state, connection } = session;
  const { value } = await connection.request("sweep_begin", { ...fields, ...asked });
  if (value.one) return value.one;
  if (value.sweep === null) {
    const price = priceOf(state.get(), asked, value.new);
    const each = `You'll be charged for each${price ? `, ${price} in all` : ""}.`;
    state.set({
      outcome: { kind: "many", new: value.new, asked },
      said: `This will make ${countWords(state.get(), value.new, "new")}. ${
        state.get().service.sandbox ? "No charge in the sandbox." : each
      } Press again to make them, Escape to cancel.`,
    });
  } else state.set({ said: `Requested ${countWords(state.get(), value.new, "new")}.` });
  return undefined;
}

/** Such as "12 videos". */
export function countWords(state: StudioState, count: number, of = ""): string {
  return counted(count, chosenEndpoint(state)?.output, of);
}

/** What asking so often would cost, in words, where that is known and the plan is for just so many; else empty. */
export function priceOf({ plan }: StudioState, { again, takes }: Asked, count: number): string {
  const read = readable(plan);
  if (!read || read.old) return "";
  const price = again ? read.more.find((more) => more.takes === takes) : read.price;
  return price?.new === count && price.amount.includes("$") ? price.amount : "";
}

/** Pauses, resumes or cancels a sweep as one, or takes it off the list. */
export async function controlSweep(
  session: Session,
  sweep: Sweep,
  what: Fields<"sweep_control">["do"],
): Promise<void> {
  try {
    await session.connection.request("sweep_control", { sweep: sweep.id, do: what });
  } catch (error) {
    refuse(session, error);
  }
}

/** The jobs that have a position in a sweep. */
export function inSweeps({ sweeps }: Pick<StudioState, "sweeps">): Set<string> {
  return new Set(sweeps.flatMap((sweep) => sweep.positions.flatMap((position) => position.job ?? [])));
}
