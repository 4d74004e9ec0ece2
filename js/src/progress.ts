import type { AnyModel } from "@anywidget/types";
import { Progress } from "./job/Progress";
import { Several } from "./job/Several";
import { openProgress } from "./job/session";
import { openSeveral } from "./job/several-session";
import { widget } from "./view/widget";

const ofOne = widget(openProgress, Progress);
const ofSeveral = widget(openSeveral, Several);

/** The progress of one job, or of several as one, as an anywidget module. */
export default () => {
  const one = ofOne();
  const several = ofSeveral();
  const holdsSeveral = (model: AnyModel) => model.get("sweep") !== undefined;
  return {
    initialize(props: { model: AnyModel }) {
      return holdsSeveral(props.model) ? several.initialize(props as never) : one.initialize(props as never);
    },
    render(props: { model: AnyModel; el: HTMLElement; signal?: AbortSignal }) {
      return holdsSeveral(props.model) ? several.render(props as never) : one.render(props as never);
    },
  };
};
