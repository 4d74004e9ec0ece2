import type { Endpoint } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { type Before, chosenEndpoint, type Draft, type StudioState } from "../model/state";
import { hasStart, pick, serves } from "./pick";

/** The model that is meant, though another one stands in for it while it has no endpoint for what is there. */
export const meant = ({ meant }: Draft, endpoint: Endpoint | undefined) => meant ?? endpoint?.model;

/**
 * Turns to the endpoint for what is there now that an image has come or gone: of the same model where the account has it
 * for this, else the default, which is said. `before` is what stood there.
 */
export function follow(session: Session, before: Before): void {
  const { state } = session;
  const now = state.get();
  const from = chosenEndpoint(now);
  const withImage = hasStart(now);
  if (!from || withImage === hasStart(before)) return;
  const model = meant(now.draft, from);
  if (serves(from, from.output, withImage) && from.model === model) return;
  const to = pick(now, from.output, withImage, model);
  if (!to || to.id === from.id || !serves(to, to.output, withImage)) return;
  const { meant: _, ...draft } = now.draft;
  const models = withoutMisfits(now, to, withImage);
  const words = to.model === from.model ? "" : instead(from, to, withImage, model);
  state.set({
    draft: {
      ...draft,
      endpoint: to.id,
      ...(models ? { models } : {}),
      ...(to.model !== model && model !== undefined ? { meant: model } : {}),
    },
    ...(words ? { outcome: { kind: "loaded", message: words, before }, said: words } : {}),
  });
}

/** The models that are asked beside it, for what is there now. */
function withoutMisfits(now: StudioState, to: Endpoint, withImage: boolean): string[] | undefined {
  const { models } = now.draft;
  if (!models) return undefined;
  return models.flatMap((id) => {
    const one = now.endpoints.find((endpoint) => endpoint.id === id);
    const next = one && pick(now, to.output, withImage, one.model);
    return one && next?.model === one.model ? [next.id] : [];
  });
}

function instead(from: Endpoint, to: Endpoint, withImage: boolean, model: string | undefined): string {
  if (to.model === model) return `Back to ${to.title}.`;
  return `${from.title} ${withImage ? "takes no image" : "needs an image"}: using ${to.title}.`;
}
