import { counted } from "../../format";
import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";

/** Before Generate: how many it makes, and which of them cost nothing. */
export function PlanLine(props: { session: Session; endpoint: Endpoint; id: string }) {
  const { plan } = useStore(props.session.state);
  if (!plan || "problem" in plan || (plan.count < 2 && !plan.kept)) return null;
  const { count, kept, underway } = plan;
  return (
    <span id={props.id} class="rk-plan">
      {counted(count, props.endpoint.output)}
      {kept === count ? ", kept already" : kept ? `, ${kept} of them kept already` : ""}
      {underway ? `, ${underway} being made` : ""}.
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
