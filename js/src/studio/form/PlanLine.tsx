import { counted } from "../../format";
import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";

/** Before Generate: how many it makes, and which of them cost nothing. */
export function PlanLine(props: { session: Session; endpoint: Endpoint; id: string }) {
  const { plan } = useStore(props.session.state);
  if (!plan || "problem" in plan || (plan.count < 2 && !plan.kept)) return null;
  const { count, kept, underway } = plan;
  const parts = [
    kept && (kept === count ? "already made" : `${kept} already made`),
    underway && `${underway} in progress`,
  ].filter(Boolean);
  return (
    <span id={props.id} class="rk-plan">
      {counted(count, props.endpoint.output)}
      {parts.length ? `: ${parts.join(", ")}` : ""}.
    </span>
  );
}

/** What is wrong with the alternatives in the prompt, while it is written. */
export function PlanProblem(props: { session: Session; id: string }) {
  const { plan } = useStore(props.session.state);
  if (!plan || !("problem" in plan)) return null;
  return (
    <div id={props.id} class="rk-small rk-problem">
      {plan.problem}
    </div>
  );
}
