import { settingsFor } from "../../form-values";
import type { Fields } from "../../kernel/connection";
import type { Endpoint } from "../../kernel/protocol";
import type { Session } from "../model/session";
import type { StudioState } from "../model/state";

/**
 * Asks what one take of each of these models likely costs with the settings of now. That is when the menu is about to be
 * opened: nobody reads it before, and the kernel has to look at the bills of each.
 */
export async function refreshPrices(session: Session, endpoints: Endpoint[]): Promise<void> {
  const { state, connection } = session;
  const models = asked(state.get(), endpoints);
  try {
    const { prices } = (await connection.request("prices", { models })).value;
    state.set({ prices: { of: JSON.stringify(models), by: prices } });
  } catch {
    // The menu is of use without them.
  }
}

/** What is known of the prices of these models; nothing where it was of other settings. */
export function pricesNow(state: StudioState, endpoints: Endpoint[]): StudioState["prices"]["by"] {
  const { of, by } = state.prices;
  return of && of === JSON.stringify(asked(state, endpoints)) ? by : {};
}

/** The settings as each takes them; where several values are chosen for one, it is the first. */
function asked({ draft }: StudioState, endpoints: Endpoint[]): Fields<"prices">["models"] {
  return endpoints.map(({ id, fields }) => {
    const settings = Object.entries(settingsFor(fields, draft.wanted));
    return {
      endpoint: id,
      settings: Object.fromEntries(settings.map(([name, value]) => [name, [value].flat()[0] ?? null])),
    };
  });
}
