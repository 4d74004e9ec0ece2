import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import type { Session } from "../model/session";
import { KeyCard } from "./KeyCard";

/** What keeps requests from being made, with what can be done about it: it comes before all else. */
export function ServiceNotice({ session }: { session: Session }) {
  const { service } = useStore(session.state);
  if (!service.lacks_key && !service.problem) return null;
  return (
    <div class="rk-section">
      {service.lacks_key ? <KeyCard session={session} /> : <Notice tone="problem">{service.problem}</Notice>}
    </div>
  );
}
