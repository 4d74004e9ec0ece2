import { useEffect, useRef, useState } from "preact/hooks";
import { JudgeButton } from "../../judging/JudgeButton";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { selectedTakes } from "../model/state";
import { selectByKeys } from "./keys";
import { clearSelected } from "./selecting";

/** Part of the stage that has to be seen. */
const SEEN = 0.2;

/** Says that takes are selected while the stage, where they are, is out of sight; and has keys select. */
export function Away({ session }: { session: Session }) {
  const state = useStore(session.state);
  const takes = selectedTakes(state);
  const several = takes.length > 1;
  const place = useRef<HTMLSpanElement>(null);
  const [away, setAway] = useState(false);
  const studio = () => place.current?.closest(".rk-studio");
  const stage = () => studio()?.querySelector(".rk-stage");
  useEffect(() => selectByKeys(session, studio()), []);
  useEffect(() => {
    const shown = stage();
    if (!several || !shown) return;
    const observer = new IntersectionObserver(([entry]) => setAway(entry?.isIntersecting === false), {
      threshold: SEEN,
    });
    observer.observe(shown);
    return () => {
      observer.disconnect();
      setAway(false);
    };
  }, [several]);
  return (
    <span ref={place} class="rk-away" hidden={!several || !away}>
      {several && away ? (
        <span class="rk-over">
          <span>{takes.length} selected</span>
          {takes.every(({ kind }) => kind === takes[0]?.kind) ? (
            <JudgeButton {...{ session, takes }} look="rk-quiet" />
          ) : null}
          <button
            type="button"
            class="rk-quiet"
            onClick={() => stage()?.scrollIntoView({ behavior: "smooth", block: "nearest" })}
          >
            Show
          </button>
          <button type="button" class="rk-quiet" onClick={() => clearSelected(session)}>
            Clear
          </button>
        </span>
      ) : null}
    </span>
  );
}
