import { Progress } from "./progress/Progress";
import { openProgress } from "./progress/session";
import { widget } from "./view/widget";

/** The progress of one job as an anywidget module. */
export default widget(openProgress, Progress);
