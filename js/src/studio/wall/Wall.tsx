import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import { added } from "../late/late";
import type { Session } from "../model/session";
import { looseJobs } from "../model/stage";
import { foldedSweeps } from "../model/sweeping";
import { FoldedSweeps } from "../sweeps/FoldedSweeps";
import { narrows } from "./filters";
import { refine, widen } from "./finding";
import { inScope } from "./found";
import { Grid } from "./Grid";
import { Head } from "./Head";
import { ShowAll } from "./ShowAll";
import { unswept } from "./unswept";

const UnderHead = added((parts) => parts.UnderHead);

/** All takes of this notebook or of the library, newest first or by a measure, and what they are looked for by. */
export function Wall({ session }: { session: Session }) {
  const { wall, sweeps, atWork, jobs } = useStore(session.state);
  const section = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  const folded = narrows(wall.filters) || wall.filters.by ? [] : foldedSweeps({ sweeps, atWork });
  // Nothing but sweeps: a row of empty places would say that takes are missing.
  const alone = wall.total > 0 && !unswept(wall, sweeps).total && !looseJobs({ jobs, sweeps }).length;
  // What was pressed to show fewer stays in sight.
  const wasAll = useRef(all);
  useLayoutEffect(() => {
    const { current } = section;
    if (wasAll.current && !all && current && current.getBoundingClientRect().top < 0)
      current.scrollIntoView();
    wasAll.current = all;
  }, [all]);
  return (
    <div class="rk-section rk-takes" data-all={all} ref={section}>
      <Head session={session}>
        <ShowAll session={session} ruler={ruler} all={all} onAll={setAll} />
      </Head>
      <UnderHead session={session} />
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
      {folded.length ? <FoldedSweeps {...{ session, folded, ruler, all }} /> : null}
      {alone ? (
        folded.length ? null : (
          <div class="rk-small rk-dim">All takes are in the variations above.</div>
        )
      ) : (
        <Grid session={session} ruler={ruler} all={all} nothing={<Nothing session={session} />} />
      )}
    </div>
  );
}

/** Why there is none, and the way back. */
function Nothing({ session }: { session: Session }) {
  const { wall, counts } = useStore(session.state);
  const { filters } = wall;
  const said = (words: string, back?: string, go?: () => void) => (
    <div class="rk-wall-nothing">
      <span>{words}</span>
      {back ? (
        <button type="button" class="rk-button" onClick={go}>
          {back}
        </button>
      ) : null}
    </div>
  );
  if (narrows(filters)) return said("No matching takes.", "Clear filters", () => widen(session));
  if (inScope(filters, counts).all)
    return said("All takes are rejected.", "Show rejected", () => refine(session, { verdict: "rejected" }));
  if (!filters.here) return said("Your takes will appear here.");
  const library = counts.all ? `Show the ${counts.team ? "team’s" : "whole library"}` : undefined;
  return said("No takes of this notebook yet.", library, () => widen(session, { here: false }));
}
