import { openSession } from "./studio/model/open-session";
import { Studio } from "./studio/Studio";
import { widget } from "./view/widget";

/** The studio as an anywidget module. */
export default widget(openSession, Studio);
