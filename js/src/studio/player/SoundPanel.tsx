import { useState } from "preact/hooks";
import { reason, timecode } from "../../format";
import { useAnswer } from "../../hooks/effects";
import type { Fields } from "../../kernel/connection";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import { useId } from "../../view/use-id";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { asked, EVERYTHING } from "../wall/filters";
import { putUnder } from "./putting-under";

/** Takes to choose from. */
const MOST = 12;
/** Percent: the kernel takes no more. */
const LOUDEST = 400;

type Own = Fields<"with_sound">["own"];
const OWN: { [own in Own]: string } = {
  lower: "Lower while this is heard",
  keep: "Keep as it is",
  replace: "Replace",
};

/** Puts a sound under a video: which of the other, when it begins, how loud it is, and what the video's own becomes. */
export function SoundPanel(props: { session: Session; take: Take; id: string; onClose: () => void }) {
  const { session, take, id, onClose } = props;
  const state = useStore(session.state);
  const names = useId();
  const heard = !kindOf(take.kind).has_frames;
  const kind = heard ? "video" : "audio";
  const [found, setFound] = useState<Take[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [at, setAt] = useState("0.5");
  const [level, setLevel] = useState("100");
  const [own, setOwn] = useState<Own>("lower");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const offline = state.liveness === "gone";

  useAnswer(
    () => session.connection.request("find", { ...asked({ ...EVERYTHING, kind }), after: null, limit: MOST }),
    [session, kind],
    ({ value }) => setFound(value.takes),
    (error) => {
      setFound([]);
      setProblem(reason(error));
    },
  );

  // What was looked at before this is meant most likely, and may be older than those.
  const before = takeById(state, state.openedBefore ?? undefined);
  const others = [...(before?.kind === kind ? [before] : []), ...(found ?? [])].filter(
    (one, index, all) => all.findIndex((other) => other.id === one.id) === index,
  );
  const other = others.find((one) => one.id === chosen) ?? others[0];
  const video = heard ? other : take;

  async function put(): Promise<void> {
    if (busy || !other || !video) return;
    const wrong = wrongWith(video, at, level);
    setProblem(wrong);
    if (wrong) return session.state.set({ said: wrong });
    setBusy(true);
    session.state.set({ said: "Putting the sound under the video." });
    const [film, sound] = heard ? [other.id, take.id] : [take.id, other.id];
    try {
      await putUnder(session, {
        video: film,
        sound,
        at: Number(at),
        level: Number(level) / 100,
        own,
      });
      onClose();
    } catch (error) {
      setProblem(reason(error));
      session.state.set({ said: reason(error) });
      setBusy(false);
    }
  }

  return (
    <section
      id={id}
      class="rk-under"
      aria-label={heard ? "Put under a video" : "Put a sound under"}
      aria-busy={busy}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          onClose();
        } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
          event.preventDefault();
          void put();
        }
      }}
    >
      {others.length ? (
        <fieldset class="rk-under-takes">
          <legend>{heard ? "Under which video" : "Which sound"}</legend>
          <div>
            {others.map((one) => (
              <Choice
                key={one.id}
                session={session}
                take={one}
                name={names}
                chosen={one === other}
                onChoose={() => setChosen(one.id)}
              />
            ))}
          </div>
        </fieldset>
      ) : (
        <div class="rk-small rk-dim">
          {found === null
            ? "Looking for takes"
            : heard
              ? "There are no videos yet. Make one, then put this sound under it."
              : "There are no sounds yet. Choose Speech in the form to make one."}
        </div>
      )}
      <div class="rk-under-fields">
        <label>
          Begins at{" "}
          <input
            class="rk-under-number"
            type="number"
            min={0}
            max={video?.duration ?? undefined}
            step="any"
            value={at}
            onInput={({ currentTarget }) => setAt(currentTarget.value)}
          />{" "}
          s
        </label>
        <label>
          Level{" "}
          <input
            class="rk-under-number"
            type="number"
            min={1}
            max={LOUDEST}
            step="any"
            value={level}
            onInput={({ currentTarget }) => setLevel(currentTarget.value)}
          />{" "}
          %
        </label>
        {video && !video.has_audio ? (
          <span class="rk-dim">The video has no sound of its own.</span>
        ) : (
          <label>
            The video's own sound{" "}
            <select value={own} onChange={({ currentTarget }) => setOwn(currentTarget.value as Own)}>
              {Object.entries(OWN).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem ? <Notice tone="problem">{problem}</Notice> : null}
      <div class="rk-under-end">
        <button
          type="button"
          class="rk-button rk-lead"
          disabled={offline || !other}
          aria-disabled={busy}
          onClick={put}
        >
          {busy ? "Putting it under" : "Put it under"}
        </button>
        <button type="button" class="rk-button" onClick={onClose}>
          Cancel
        </button>
        <span class="rk-small rk-dim">No charge: made on this machine.</span>
      </div>
    </section>
  );
}

/** What is wrong with what was written; null where nothing is. */
function wrongWith(video: Take, at: string, level: string): string | null {
  const begins = at.trim() === "" ? Number.NaN : Number(at);
  const loud = level.trim() === "" ? Number.NaN : Number(level);
  if (!(begins >= 0)) return "The sound begins at 0 s or later: write a number of seconds.";
  if (video.duration !== null && begins >= video.duration)
    return `The video ends at ${video.duration.toFixed(1)} s. Begin the sound before that.`;
  if (!(loud > 0 && loud <= LOUDEST))
    return `The level is 100 % as it is, ${LOUDEST} % at most, and more than 0.`;
  return null;
}

function Choice(props: {
  session: Session;
  take: Take;
  name: string;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { take } = props;
  const picture = usePicture(props.session.posters, take.id);
  return (
    <label class="rk-under-take" title={take.prompt}>
      <input
        type="radio"
        class="rk-unseen"
        name={props.name}
        checked={props.chosen}
        onChange={props.onChoose}
      />
      <span class="rk-under-picture">{picture ? <img src={picture} alt="" draggable={false} /> : null}</span>
      <span class="rk-under-words">
        {take.prompt || take.file}
        {take.duration === null ? "" : ` · ${timecode(take.duration)}`}
      </span>
    </label>
  );
}
