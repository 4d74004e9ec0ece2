import { counted, NBSP } from "../../format";
import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import type { Plan, StudioState } from "../model/state";

/** What the button says: how many would be charged, where the form makes several, and for how much. */
export function buttonWords({ plan, service }: Pick<StudioState, "plan" | "service">): {
  count: string;
  price: string;
} {
  const read = readable(plan);
  if (!read) return { count: "", price: "" };
  const { price } = read;
  // The sandbox may not bill at all, so nothing is unknown there.
  const silent = service.sandbox && !price.known && price.new > 0;
  return {
    count: read.count > 1 && price.new ? ` ${price.new}` : "",
    price: silent ? "" : price.amount,
  };
}

/** Below Generate: how many it makes and which of them cost nothing, what the price rests on, what a budget leaves. */
export function PlanLine(props: { session: Session; endpoint: Endpoint; id: string }) {
  const { plan } = useStore(props.session.state);
  const read = readable(plan);
  const old = read?.old ? " rk-old" : "";
  return (
    <div id={props.id} class="rk-cost rk-small rk-dim">
      {read ? (
        <>
          <span class={`rk-plan${old}`}>{countWords(read, props.endpoint)}</span>{" "}
          <span class={`rk-basis${old}`} title={read.price.span || undefined}>
            {read.price.basis}
          </span>
          {read.price.parts.length ? (
            <span class={`rk-parts${old}`}>
              {read.price.parts.map((part) => part.replaceAll(" ", NBSP)).join(" · ")}
            </span>
          ) : null}
          {read.limit ? (
            <span class="rk-limit">
              {read.limit.left}
              {read.limit.over ? <b class={`rk-problem${old}`}>{read.limit.over}</b> : null}
            </span>
          ) : null}
        </>
      ) : null}
    </div>
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

type Read = Exclude<Plan, { problem: string }>;

function readable(plan: Plan | null): Read | null {
  return plan && !("problem" in plan) ? plan : null;
}

function countWords({ count, kept, underway }: Read, endpoint: Endpoint): string {
  if (count < 2 && !kept) return "";
  const parts = [
    kept && (kept === count ? "already made" : `${kept} already made`),
    underway && `${underway} in progress`,
  ].filter(Boolean);
  return `${counted(count, endpoint.output)}${parts.length ? `: ${parts.join(", ")}` : ""}.`;
}
