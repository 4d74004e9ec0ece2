import { useEffect, useRef, useState } from "preact/hooks";
import { reason } from "../../format";
import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import { KEY_FIELD } from "../model/asking";
import type { Session } from "../model/session";
import { turnSandbox } from "./service";

/**
 * Asks for an API key, or offers the sandbox.
 *
 * What is typed is in no state and no storage: it is read when it is sent, and the field is emptied at once.
 */
export function KeyCard({ session }: { session: Session }) {
  const { service, liveness, outcome } = useStore(session.state);
  const field = useRef<HTMLInputElement>(null);
  const [filled, setFilled] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState<"key" | "sandbox" | null>(null);
  const id = useId();
  const wanted = outcome?.kind === "problem" && outcome.field === KEY_FIELD;
  const problem = refused ?? service.problem;
  const stopped = liveness === "gone" || busy !== null;
  const idle = stopped || !filled;

  // Where Generate was pressed without one.
  useEffect(() => {
    if (wanted) field.current?.focus();
  }, [outcome]);

  async function use(keep: boolean): Promise<void> {
    const input = field.current;
    if (!input || idle || (keep && service.keyring_problem)) return;
    const key = input.value;
    input.value = "";
    setFilled(false);
    setRefused(null);
    setBusy("key");
    try {
      const studio = input.closest(".rk-studio");
      await session.connection.request("use_key", { key, keep });
      session.state.set({
        outcome: null,
        said: keep ? "The key is kept in the keyring." : "The key is used for this session.",
      });
      studio?.querySelector<HTMLElement>(".rk-prompt")?.focus({ preventScroll: true });
    } catch (error) {
      setRefused(reason(error));
      session.state.set({ said: reason(error) });
      input.focus({ preventScroll: true });
    } finally {
      setBusy(null);
    }
  }

  async function sandbox(): Promise<void> {
    if (stopped) return;
    setBusy("sandbox");
    await turnSandbox(session, true);
    setBusy(null);
  }

  return (
    <section class="rk-keycard" aria-labelledby={`${id}title`}>
      <h3 class="rk-heading" id={`${id}title`}>
        Add your Reka API key
      </h3>
      <div class="rk-keycard-entry">
        <input
          ref={field}
          type="password"
          class={wanted || refused ? "rk-keycard-wanted" : undefined}
          autocomplete="off"
          spellcheck={false}
          aria-label="API key"
          aria-describedby={`${id}words`}
          aria-invalid={refused !== null}
          disabled={liveness === "gone"}
          onInput={(event) => setFilled(event.currentTarget.value.trim() !== "")}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            event.stopPropagation();
            void use(false);
          }}
        />
        <button type="button" class="rk-button rk-main" aria-disabled={idle} onClick={() => use(false)}>
          {busy === "key" ? "Using" : "Use"}
          <span class="rk-unseen"> this key</span>
        </button>
      </div>
      <div id={`${id}words`} class={`rk-small ${problem ? "rk-problem" : "rk-dim"}`}>
        {problem ?? "Hidden, for this session only, and never in the notebook."}
      </div>
      <div class="rk-keycard-keep rk-small">
        <button
          type="button"
          class="rk-button"
          aria-disabled={idle || !!service.keyring_problem}
          aria-describedby={service.keyring_problem ? `${id}keyring` : undefined}
          onClick={() => use(true)}
        >
          Keep in the keyring
        </button>
        {service.keyring_problem ? (
          <span id={`${id}keyring`} class="rk-dim">
            {service.keyring_problem}
          </span>
        ) : null}
      </div>
      <div class="rk-keycard-or rk-small rk-dim">or</div>
      <button type="button" class="rk-button" aria-disabled={stopped} onClick={sandbox}>
        {busy === "sandbox" ? "Starting the sandbox" : "Try the sandbox, no key needed"}
      </button>
      <div class="rk-small rk-dim">
        A test server on this machine. It moves your image a little, says “sandbox”, and costs nothing.
      </div>
    </section>
  );
}
