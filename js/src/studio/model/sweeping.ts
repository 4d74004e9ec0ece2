import { counted } from "../../format";
import type { Fields } from "../../kernel/connection";
import type { GenerateValue, Sweep } from "../../kernel/protocol";
import type { Session } from "./session";
import { refuse } from "./session";
import { chosenEndpoint, type StudioState } from "./state";

/** Begins everything that a form with several values asks for; resolves to the one take's value if it is only one. */
export async function beginSweep(
  session: Session,
  fields: Fields<"sweep_begin">,
): Promise<GenerateValue | undefined> {
  const { value } = await session.connection.request("sweep_begin", fields);
  if (value.one) return value.one;
  if (value.sweep === null)
    session.state.set({
      outcome: { kind: "many", new: value.new, again: fields.again },
      said: manyWords(session.state.get(), value.new),
    });
  return undefined;
}

/** The words that a person agrees to before making this many at once. */
export function manyWords(state: StudioState, count: number): string {
  const { plan } = state;
  const price =
    plan && !("problem" in plan) && plan.price.new === count && plan.price.known ? plan.price : null;
  const each = `You'll be charged for each${price ? `, ${price.amount} in all` : ""}.`;
  const charge = state.service.sandbox ? "No charge in the sandbox." : each;
  return `This will make ${counted(count, chosenEndpoint(state)?.output, "new")}. ${charge}`;
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
