import type { Endpoint } from "../../kernel/protocol";
import { Code } from "../../view/Code";
import { Copied } from "../../view/Copied";

/** Says quietly that some options are only assumed, and leads to the way to correct them. */
export function Assumed(props: { endpoint: Endpoint; open: boolean; panel: string; onToggle: () => void }) {
  const { endpoint, open, panel, onToggle } = props;
  if (!endpoint.assumed.length) return null;
  return (
    <span>
      {endpoint.fields.some((field) => field.assumed) ? (
        <>
          <span class="rk-assumed">Dotted</span> options are assumed, not documented.
        </>
      ) : (
        "Its input is assumed, not documented."
      )}{" "}
      <button
        type="button"
        class="rk-quiet rk-correct-button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
      >
        Correct them
      </button>
    </span>
  );
}

/** How what is assumed is corrected, with a text to begin with. */
export function Correction(props: { endpoint: Endpoint; said: (words: string) => void }) {
  const { endpoint, said } = props;
  return (
    <>
      <p>
        Assumed of {endpoint.title}: {endpoint.assumed.join(", ")}. Put right what is wrong in your own
        catalogue.json, where null takes a field away. <code>reka-notebook catalogue {endpoint.model}</code>{" "}
        says where that file lies and how each fact is known;{" "}
        <code>reka-notebook catalogue import openapi.json</code> fills it from the service's own document.
      </p>
      <Code label="A correction to begin with" text={endpoint.correction} />
      <Copied words="Copy" text={endpoint.correction} said={said} />
    </>
  );
}
