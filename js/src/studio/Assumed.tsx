import { useState } from "preact/hooks";
import type { Endpoint } from "../protocol";
import { Code } from "../view/Code";
import { Copied } from "../view/Copied";
import { useId } from "../view/use-id";
import { slotTitle } from "./slots";

/** That some options are only assumed, said quietly, with the way to correct them behind it. */
export function Assumed({ endpoint, said }: { endpoint: Endpoint; said: (words: string) => void }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const slots = endpoint.images.filter((image) => image.assumed).map(({ slot }) => slotTitle(endpoint, slot));
  if (!endpoint.assumed.length && !slots.length) return null;
  const fields = endpoint.assumed.map((name) => endpoint.schema.properties?.[name]?.title ?? name);
  const correction = correctionOf(endpoint);
  return (
    <>
      <div class="rk-small rk-dim">
        {endpoint.assumed.length ? (
          <>
            <span class="rk-assumed">Dotted</span> options are assumed, not documented.
          </>
        ) : (
          "Its images are assumed, not documented."
        )}{" "}
        <button
          type="button"
          class="rk-quiet rk-reset"
          aria-expanded={open}
          aria-controls={`${id}how`}
          onClick={() => setOpen(!open)}
        >
          Correct them
        </button>
      </div>
      <div id={`${id}how`} class="rk-correct rk-small" hidden={!open}>
        <p>
          Of {endpoint.title} it is assumed that it takes: {[...slots, ...fields].join(", ")}. What is wrong
          can be put right in your own catalogue.json, where null takes a field away; what is in it is shown
          as learned, in the next studio. <code>reka-notebook catalogue {endpoint.model}</code> says where
          that file lies and how well each fact is known, and{" "}
          <code>reka-notebook catalogue import openapi.json</code> fills it from the service's own document.
        </p>
        {open ? (
          <>
            <Code label="A correction to begin with" text={correction} />
            <Copied words="Copy" text={correction} said={said} />
          </>
        ) : null}
      </div>
    </>
  );
}

/** What the catalogue assumes of the endpoint, in the form of a correction to begin with. */
function correctionOf({ id, assumed, schema }: Endpoint): string {
  const properties = Object.fromEntries(assumed.map((name) => [name, schema.properties?.[name] ?? {}]));
  return JSON.stringify({ endpoints: { [id]: { input: { properties } } } }, null, 2);
}
