import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Comparison } from "../compare/Comparison";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Offline } from "../view/Offline";
import { Compose } from "./form/Compose";
import { useFileEntry } from "./images/file-entry";
import { Jobs } from "./Jobs";
import type { Session } from "./model/session";
import { turnToStage } from "./model/stage";
import { selectedTakes, takeById } from "./model/state";
import { NewTakes } from "./player/NewTakes";
import { Player } from "./player/Player";
import { Sweeps } from "./sweeps/Sweeps";
import { Selection } from "./wall/Selection";
import { Wall } from "./wall/Wall";

/** The whole studio: the form, the jobs at work, the takes, and the one being looked at. */
export function Studio({ session }: { session: Session }) {
  // Before it is drawn, as it changes the state: afterwards, all would be drawn twice before it is first seen.
  const view = useRef({}).current;
  const [detach] = useState(() => session.attach(view));
  useLayoutEffect(() => detach, []);
  const state = useStore(session.state);
  const entry = useFileEntry(session);

  const open = takeById(state, state.open?.take);
  const compared = useMemo(() => selectedTakes(state), [state.takes, state.wall.known, state.selected]);
  const hasTakes = state.takes.length > 0;
  return (
    <section
      class={`rk-card rk-studio${hasTakes ? " rk-studio-takes" : ""}`}
      aria-label="Studio"
      // A click on its ground gives it the focus, so that a paste arrives here.
      tabIndex={-1}
      {...entry.listeners}
    >
      <div class="rk-pane">
        <Offline liveness={state.liveness} what="studio" />
        <Compose session={session} dragging={entry.dragging} />
        <Jobs session={session} />
        <Sweeps session={session} />
      </div>
      {hasTakes ? (
        <div class="rk-pane">
          <Wall session={session} />
          <Selection session={session} />
          <div
            class="rk-stage"
            onFocusIn={() => {
              session.onStage = true;
              turnToStage(session);
            }}
            onPointerDown={() => turnToStage(session)}
            onFocusOut={() => {
              session.onStage = false;
            }}
          >
            <NewTakes session={session} />
            {compared.length > 1 ? (
              <Comparison session={session} takes={compared} />
            ) : open ? (
              <Player key={open.id} session={session} take={open} />
            ) : null}
          </div>
        </div>
      ) : null}
      {/* One voice, however many views there are. */}
      <Announcer said={state.views[0] === view ? state.said : ""} />
    </section>
  );
}
