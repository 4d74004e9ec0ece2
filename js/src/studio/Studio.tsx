import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Offline } from "../view/Offline";
import { dress } from "../view/sheet";
import { Chain } from "./chain/Chain";
import { Day } from "./Day";
import { FamilyDialog } from "./family/FamilyDialog";
import { ServiceNotice } from "./first/ServiceNotice";
import { Compose } from "./form/Compose";
import { useFileEntry } from "./images/file-entry";
import { KeysButton } from "./keys/KeysButton";
import { KeysDialog } from "./keys/KeysDialog";
import { studioKey } from "./keys/studio-key";
import { late, loaded } from "./late/late";
import { whenIdle } from "./late/load";
import type { Session } from "./model/session";
import { Stage } from "./stage/Stage";
import { Sweeps } from "./sweeps/Sweeps";
import { Wall } from "./wall/Wall";

const Selection = late(
  (parts) => parts.Selection,
  () => null,
  ({ selected, notSelected }) => selected.length === 1 || notSelected,
);
const Beside = late(
  (parts) => parts.Beside,
  undefined,
  (state) => loaded(state) || state.dropped,
);

/** The whole studio: the chain, the form beside the stage, and below them the sweep at work, the takes and the day's numbers. */
export function Studio({ session }: { session: Session }) {
  // Before it is drawn, as it changes the state: afterwards, all would be drawn twice before it is first seen.
  const view = useRef({}).current;
  const [detach] = useState(() => session.attach(view));
  useLayoutEffect(() => detach, []);
  const { liveness, late: script, counts } = useStore(session.state);
  const sheet = script && "sheet" in script ? script.sheet : null;
  const dressed = useCallback((root: Element | null) => void (root && sheet && dress(root, sheet)), [sheet]);
  // There before anybody wants it, also where the kernel is busy by then.
  useEffect(() => whenIdle(() => session.loadLate()), []);
  const entry = useFileEntry(session);

  return (
    <section
      ref={dressed}
      class="rk-card rk-studio"
      aria-label="Studio"
      data-team={Boolean(counts.team)}
      // A click on its ground gives it the focus, so that a paste arrives here.
      tabIndex={-1}
      {...entry.listeners}
      onKeyDown={(event) => studioKey(session, event)}
    >
      <Chain session={session} />
      <div class="rk-bench">
        <div class="rk-pane rk-at-service">
          <ServiceNotice session={session} />
        </div>
        <div class="rk-pane rk-at-form">
          <Offline liveness={liveness} what="studio" />
          <Compose session={session} dragging={entry.dragging} />
        </div>
        <div class="rk-pane rk-at-stage">
          <Stage session={session} />
        </div>
      </div>
      <div class="rk-pane rk-at-takes">
        <Sweeps session={session} />
        <Wall session={session} />
        <Selection session={session} />
      </div>
      <div class="rk-pane rk-at-day">
        <Day session={session} />
        <KeysButton />
      </div>
      <Beside session={session} />
      <FamilyDialog session={session} />
      <KeysDialog session={session} />
      <Voice session={session} view={view} />
    </section>
  );
}

/** One voice, however many views there are. By itself, so that what is said draws nothing else. */
function Voice({ session, view }: { session: Session; view: object }) {
  const { views, said } = useStore(session.state);
  return <Announcer said={views[0] === view ? said : ""} />;
}
