import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { APPLE } from "../../hooks/keys";
import { useStore } from "../../store";
import { generate, showExisting } from "../model/actions";
import { edit } from "../model/drafts";
import { existing, readable } from "../model/planning";
import type { Session } from "../model/session";
import type { Asked, StudioState } from "../model/state";
import { countWords, priceOf } from "../model/sweeping";

/** What another one of the same is asked for with. */
const ANOTHER: Asked = { again: true, takes: 1 };

/** Does what the large button says just now: generates, agrees to many, or shows what there is. */
export function press(session: Session): void {
  const state = session.state.get();
  const { outcome } = state;
  const there = existing(state);
  if (outcome?.kind === "many") void generate(session, outcome.asked, outcome.new);
  else if (there) void showExisting(session, there);
  else if (!isNothing(state)) void generate(session);
}

/** Everything is left out. */
function isNothing({ plan }: StudioState): boolean {
  return readable(plan)?.count === 0;
}

/** The one button that costs money. It asks by itself before many are made, and shows what is made already. */
export function Go(props: { session: Session; describedBy: string }) {
  const { session } = props;
  const state = useStore(session.state);
  const main = useRef<HTMLButtonElement>(null);
  const { outcome, plan } = state;
  const many = outcome?.kind === "many" ? outcome : null;
  const there = many ? null : existing(state);
  const idle = state.sending || state.liveness === "gone";
  const read = readable(plan);
  // What shows without charge is not in the colour of what costs.
  const free = there || (!many && read && read.count > 1 && !read.price.new);
  const another = read?.more.find((more) => more.takes === 1);
  return (
    <div class="rk-go-row">
      <button
        ref={main}
        type="button"
        class={`rk-button rk-go${free ? " rk-go-free" : ""}`}
        aria-describedby={props.describedBy}
        aria-disabled={idle || (!many && isNothing(state))}
        // The second click of a double click has not read what the first one turned the button into.
        onClick={(event) => event.detail > 1 || press(session)}
      >
        <span class="rk-go-words">{words(state, there !== null)}</span>
        {/* Where another button takes of the room, it would move. */}
        {many || there ? null : (
          <span class="rk-keys" aria-hidden="true">
            {APPLE ? "⌘⏎" : "Ctrl ⏎"}
          </span>
        )}
      </button>
      {many ? (
        <button
          type="button"
          class="rk-button"
          onClick={() => {
            main.current?.focus();
            edit(session, {});
          }}
        >
          Cancel
        </button>
      ) : there ? (
        <button
          type="button"
          class="rk-button"
          title={another ? `Another take of the same: ${another.amount}` : undefined}
          aria-disabled={idle}
          onClick={(event) => event.detail > 1 || generate(session, ANOTHER)}
        >
          Make another
          {another?.amount.includes("$") ? (
            <Price old={false}>{another.amount.replace("about ", "")}</Price>
          ) : null}
        </button>
      ) : null}
    </div>
  );
}

function words(state: StudioState, there: boolean): ComponentChildren {
  const { outcome, plan, sending } = state;
  if (outcome?.kind === "many") {
    const price = priceOf(state, outcome.asked, outcome.new);
    return (
      <>
        Make {countWords(state, outcome.new)}
        {price ? <Price old={false}>{price}</Price> : null}?
      </>
    );
  }
  if (there) return "Show it";
  const read = readable(plan);
  if (sending || !read) return sending ? "Sending" : "Generate";
  if (!read.count) return "Everything is left out";
  const several = read.count > 1;
  const { price } = read;
  if (several && !price.new) return `Show all ${read.count}`;
  // The sandbox may not bill at all, so nothing is unknown there.
  const silent = state.service.sandbox && !price.known && price.new > 0;
  return (
    <>
      Generate{several ? ` ${price.new}` : ""}
      {silent ? null : <Price old={read.old}>{price.amount}</Price>}
    </>
  );
}

function Price({ old, children }: { old: boolean | undefined; children: string }) {
  return (
    <span class={`rk-price${old ? " rk-old" : ""}`}>
      {" · "}
      {children}
    </span>
  );
}

/** Below the button: what the price rests on, and more takes of the same. */
export function Foot({ session, id }: { session: Session; id: string }) {
  const state = useStore(session.state);
  const read = readable(state.plan);
  const price = read?.price;
  const sandbox = state.service.sandbox
    ? price?.known
      ? "Sandbox: not real money"
      : "Sandbox: no charge"
    : "";
  const basis = [sandbox, price?.basis].filter(Boolean).join(" · ");
  const idle = state.sending || state.liveness === "gone";
  return (
    <div class="rk-foot rk-small">
      <span
        id={id}
        class={`rk-basis rk-dim${read?.old ? " rk-old" : ""}`}
        title={[basis, price?.span].filter(Boolean).join(" · ") || undefined}
      >
        {basis}
      </span>
      {[2, 4].map((takes) => {
        const more = read?.more.find((one) => one.takes === takes);
        const tooMany = read && read.count > 0 && !more;
        const what =
          read && read.count > 1
            ? `Make ${takes} new takes of each, ${countWords(state, takes * read.count)}`
            : `Make ${takes} new takes of the same`;
        const cost =
          more && !read?.old && !(state.service.sandbox && !more.amount.includes("$")) ? more.amount : "";
        const label = tooMany
          ? `${takes} takes of each would be more than 100`
          : [what, cost, more?.over].filter(Boolean).join(" · ");
        return (
          <button
            key={takes}
            type="button"
            class="rk-quiet rk-times"
            title={label}
            aria-label={label}
            aria-disabled={idle || Boolean(tooMany) || isNothing(state)}
            onClick={(event) =>
              event.detail > 1 || tooMany || isNothing(state) || generate(session, { again: true, takes })
            }
          >
            ×{takes}
          </button>
        );
      })}
    </div>
  );
}
