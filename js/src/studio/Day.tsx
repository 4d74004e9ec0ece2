import { useStore } from "../store";
import { turnSandbox } from "./first/service";
import type { Session } from "./model/session";

/** The numbers of the day, at the studio's foot. */
export function Day({ session }: { session: Session }) {
  const { day, service, liveness } = useStore(session.state);
  const { made, reused, budget } = day;
  const spent = budget?.words ?? (day.spent && `${day.spent} spent`);
  const facts = [
    spent,
    day.per_second && `${day.per_second} a kept second`,
    service.sandbox && (spent ? "sandbox, not real money" : "Sandbox: no charges"),
  ].filter(Boolean);
  return (
    <div class="rk-day rk-small">
      <span>
        Today: <b>{made}</b> made, <b>{reused}</b> reused free
      </span>
      {budget ? (
        <span class={`rk-bar${budget.share < 1 ? "" : " rk-bar-full"}`} aria-hidden="true">
          <i style={{ transform: `scaleX(${budget.share})` }} />
        </span>
      ) : null}
      <span class="rk-day-facts rk-dim">
        {facts.join(" · ")}
        {service.own_sandbox ? (
          <button
            type="button"
            class="rk-quiet"
            aria-disabled={liveness === "gone"}
            onClick={() => turnSandbox(session, false)}
          >
            Leave the sandbox
          </button>
        ) : null}
      </span>
    </div>
  );
}
