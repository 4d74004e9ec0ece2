import type { AnyModel } from "@anywidget/types";
import type { StudioTraits } from "./kernel/protocol";
import { openSession } from "./studio/model/open-session";
import { Studio } from "./studio/Studio";
import { widget } from "./view/widget";

/** The studio as an anywidget module. The build gives it what its second script shares with it. */
export default (shared?: unknown) =>
  widget((model: AnyModel<StudioTraits>) => openSession(model, shared), Studio)();
