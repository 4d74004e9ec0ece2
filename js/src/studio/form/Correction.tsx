import type { Endpoint } from "../../kernel/protocol";
import { Code } from "../../view/Code";
import { Copied } from "../../view/Copied";
import type { Session } from "../model/session";

/** How what is assumed is corrected, with a text to begin with. */
export function Correction({ session, endpoint }: { session: Session; endpoint: Endpoint }) {
  const said = (said: string) => session.state.set({ said });
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
