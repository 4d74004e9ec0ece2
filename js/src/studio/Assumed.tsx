import type { Endpoint } from "../protocol";
import { Code } from "../view/Code";
import { Copied } from "../view/Copied";
import { slotTitle } from "./slots";

/** What of an endpoint is only assumed, as a person reads it. */
function assumedOf(endpoint: Endpoint): string[] {
  const slots = endpoint.images.filter((image) => image.assumed);
  const fields = endpoint.assumed.map((name) => endpoint.schema.properties?.[name]?.title ?? name);
  return [...slots.map(({ slot }) => slotTitle(endpoint, slot)), ...fields];
}

/** Says quietly that some options are only assumed, and leads to the way to correct them. */
export function Assumed(props: { endpoint: Endpoint; open: boolean; panel: string; onToggle: () => void }) {
  const { endpoint, open, panel, onToggle } = props;
  if (!assumedOf(endpoint).length) return null;
  return (
    <span>
      {endpoint.assumed.length ? (
        <>
          <span class="rk-assumed">Dotted</span> options are assumed, not documented.
        </>
      ) : (
        "Its image is assumed, not documented."
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
  const correction = correctionOf(endpoint);
  return (
    <>
      <p>
        Assumed of {endpoint.title}: {assumedOf(endpoint).join(", ")}. Put right what is wrong in your own
        catalogue.json, where null takes a field away. <code>reka-notebook catalogue {endpoint.model}</code>{" "}
        says where that file lies and how each fact is known;{" "}
        <code>reka-notebook catalogue import openapi.json</code> fills it from the service's own document.
      </p>
      <Code label="A correction to begin with" text={correction} />
      <Copied words="Copy" text={correction} said={said} />
    </>
  );
}

/** What the catalogue assumes of the endpoint's options, in the form of a correction: one line for each. */
function correctionOf({ id, assumed, schema }: Endpoint): string {
  const lines = assumed.map(
    (name) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema.properties?.[name] ?? {})}`,
  );
  return `{"endpoints": {\n  ${JSON.stringify(id)}: {"input": {"properties": {\n${lines.join(",\n")}\n  }}}\n}}`;
}
