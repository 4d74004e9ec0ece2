import type { AnyModel, InitializeProps, RenderProps } from "@anywidget/types";
import type { StudioTraits } from "./protocol";
import { Studio } from "./studio/Studio";
import { openSession, type Session } from "./studio/session";
import { mount } from "./view/frame";

/**
 * The studio as an anywidget module. A host calls this once for each widget, `initialize` once, and `render`
 * for each place the widget is shown in: they all share one session.
 */
export default () => {
  let session: Session | undefined;
  const open = (model: AnyModel<StudioTraits>) => {
    session ??= openSession(model);
    return session;
  };
  return {
    initialize({ model }: Pick<InitializeProps<StudioTraits>, "model">) {
      open(model);
      return () => {
        session?.close();
        session = undefined;
      };
    },
    render({
      model,
      el,
      signal,
    }: Pick<RenderProps<StudioTraits>, "model" | "el"> & { signal?: AbortSignal }) {
      return mount(el, signal, <Studio session={open(model)} />);
    },
  };
};
