import type { AnyModel, InitializeProps, RenderProps } from "@anywidget/types";
import { Progress } from "./progress/Progress";
import { openProgress, type ProgressSession } from "./progress/session";
import type { ProgressTraits } from "./protocol";
import { mount } from "./view/frame";

/** The progress of one job as an anywidget module; all its views share one session. */
export default () => {
  let session: ProgressSession | undefined;
  const open = (model: AnyModel<ProgressTraits>) => {
    session ??= openProgress(model);
    return session;
  };
  return {
    initialize({ model }: Pick<InitializeProps<ProgressTraits>, "model">) {
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
    }: Pick<RenderProps<ProgressTraits>, "model" | "el"> & { signal?: AbortSignal }) {
      return mount(el, signal, <Progress session={open(model)} />);
    },
  };
};
