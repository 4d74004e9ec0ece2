import { Studio } from "./studio/Studio";
import { openSession } from "./studio/session";
import { widget } from "./view/widget";

/** The studio as an anywidget module. */
export default widget(openSession, Studio);
