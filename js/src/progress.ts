import { Progress } from "./job/Progress";
import { openProgress } from "./job/session";
import { widget } from "./view/widget";

/** The progress of one job as an anywidget module. */
export default widget(openProgress, Progress);
