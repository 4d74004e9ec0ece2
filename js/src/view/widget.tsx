import type { AnyModel, InitializeProps, RenderProps } from "@anywidget/types";
import type { ComponentType } from "preact";
import { mount } from "./frame";
import { hideInstead } from "./instead";

/**
 * An anywidget module. A host calls what this returns once for each widget, then `initialize` once, and `render` for
 * each place the widget is shown in: they all share one session.
 */
export function widget<Traits extends { sheet: string; instead?: string }, Session extends { close(): void }>(
  openSession: (model: AnyModel<Traits>) => Session,
  View: ComponentType<{ session: Session }>,
) {
  return () => {
    let session: Session | undefined;
    const open = (model: AnyModel<Traits>) => {
      session ??= openSession(model);
      return session;
    };
    return {
      initialize({ model }: Pick<InitializeProps<Traits>, "model">) {
        open(model);
        return () => {
          session?.close();
          session = undefined;
        };
      },
      render({ model, el, signal }: Pick<RenderProps<Traits>, "model" | "el"> & { signal?: AbortSignal }) {
        const showInstead = hideInstead(model.get("instead"));
        signal?.addEventListener("abort", showInstead);
        const remove = mount(el, signal, model.get("sheet"), <View session={open(model)} />);
        return () => {
          showInstead();
          remove();
        };
      },
    };
  };
}
