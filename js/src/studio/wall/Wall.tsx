import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import type { Session } from "../model/session";
import { narrows } from "./filters";
import { refine, widen } from "./finding";
import { Grid } from "./Grid";
import { Head } from "./Head";
import { ShowAll } from "./ShowAll";

/** All takes of this notebook or of the library, newest first, and what they are looked for by. */
export function Wall({ session }: { session: Session }) {
  const { wall } = useStore(session.state);
  const section = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  // What was pressed to show fewer stays in sight.
  useLayoutEffect(() => {
    const { current } = section;
    if (!all && current && current.getBoundingClientRect().top < 0) current.scrollIntoView();
  }, [all]);
  return (
    <div class="rk-section rk-takes" data-all={all} ref={section}>
      <Head session={session}>
        <ShowAll session={session} ruler={ruler} all={all} onAll={setAll} />
      </Head>
      <div ref={ruler} />
      {wall.problem === null ? null : (
        <Notice
          tone="problem"
          action={
            <button type="button" class="rk-button" onClick={() => refine(session, {})}>
              Try again
            </button>
          }
        >
          The takes could not be looked for: {wall.problem}
        </Notice>
      )}
      <Grid session={session} ruler={ruler} all={all} nothing={<Nothing session={session} />} />
    </div>
  );
}

/** Why there is none, and the way back. */
function Nothing({ session }: { session: Session }) {
  const { wall, counts } = useStore(session.state);
  const { filters } = wall;
  return (
    <div class="rk-wall-nothing">
      <span>
        {narrows(filters)
          ? "No matching takes."
          : filters.here
            ? "No takes of this notebook yet."
            : "Your takes will appear here."}
      </span>
      {narrows(filters) ? (
        <button type="button" class="rk-button" onClick={() => widen(session, filters.here)}>
          Clear filters
        </button>
      ) : filters.here && counts.all ? (
        <button type="button" class="rk-button" onClick={() => widen(session, false)}>
          Show the whole library
        </button>
      ) : null}
    </div>
  );
}
