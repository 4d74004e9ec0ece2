import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import type { Session } from "../model/session";
import { KeyCard } from "./KeyCard";

/** What keeps requests from being made, with what can be done about it. */
export function ServiceNotice({ session }: { session: Session }) {
  const { service } = useStore(session.state);
  if (service.lacks_key) return <KeyCard session={session} />;
  return service.problem ? <Notice tone="problem">{service.problem}</Notice> : null;
}
