import type { AnyModel } from "@anywidget/types";

/**
 * A name for this widget that stays the same over a reload of the page, or undefined.
 *
 * anywidget hands out a proxy without the model's own id. Every widget has a layout of its own, whose id is
 * as good: a model in Jupyter, a reference ("IPY_MODEL_…") elsewhere.
 */
export function modelId(model: Pick<AnyModel, "get">): string | undefined {
  const layout = model.get("layout") as { model_id?: unknown } | string | null | undefined;
  if (typeof layout === "string") return layout;
  return typeof layout?.model_id === "string" ? layout.model_id : undefined;
}
