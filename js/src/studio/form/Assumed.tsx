import type { Endpoint } from "../../kernel/protocol";
import { Code } from "../../view/Code";
import { Copied } from "../../view/Copied";

/** Says that some options are unverified, and leads to how they are corrected. */
export function Assumed(props: { endpoint: Endpoint; open: boolean; panel: string; onToggle: () => void }) {
  const { endpoint, open, panel, onToggle } = props;
  if (!endpoint.assumed.length) return null;
  return (
    <span>
      {endpoint.fields.some((field) => field.assumed) ? (
        <>
          <span class="rk-assumed">Some options</span> are unverified.
        </>
      ) : (
        "This model’s input is unverified."
      )}{" "}
      <button
        type="button"
        class="rk-quiet rk-correct-button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
      >
        Details<span class="rk-unseen"> of what is unverified</span>
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
        Unverified for {endpoint.title}: {endpoint.assumed.join(", ")}. Correct what is wrong in your own
        catalogue.json, where null removes a field. <code>reka-notebook catalogue {endpoint.model}</code>{" "}
        shows where that file is and where each fact comes from; <code>reka-notebook catalogue update</code>{" "}
        fills it from the service's own documents.
      </p>
      <Code label="Suggested correction" text={endpoint.correction} />
      <Copied words="Copy" text={endpoint.correction} said={said} />
    </>
  );
}
