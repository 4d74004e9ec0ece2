import type { ComponentChildren } from "preact";
import { exactTime } from "../../format";
import { useOneAtATime } from "../../hooks/useOneAtATime";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { animate, editImage, findBoxes, nextShot } from "../loading/loading";
import type { Session } from "../model/session";
import { canMake, noneFor, type Output } from "../outputs/pick";
import { pick } from "../wall/opinions";
import { reject } from "../wall/rejecting";
import { Rating } from "./Opinion";

/** What a person does with a take: go on from it, and say what they think of it. */
export function TakeActions(props: {
  session: Session;
  /** As if the file that is shown were its first. */
  take: Take;
  /** Which of its files is shown, from 0. */
  file: number;
  /** The time of the frame to go on from; null for the last one. */
  at: number | null;
  /** The panel in which a sound is put under a video. */
  under: { open: boolean; id: string; toggle: () => void };
  /** What unfolds the rest. */
  more: ComponentChildren;
}) {
  const { session, take, file, at, under } = props;
  const state = useStore(session.state);
  const offline = state.liveness === "gone";
  const run = useOneAtATime();
  const begin = (output: Output, words: string, title: string, action: () => Promise<unknown>, look = "") => {
    // It stays in its place where the account has no model for it, and says so.
    const refusal = canMake(state, output) ? null : noneFor(output);
    return (
      <button
        type="button"
        class={`rk-button ${look}`}
        title={refusal ?? title}
        disabled={offline}
        aria-disabled={refusal !== null}
        onClick={refusal ? () => session.state.set({ said: refusal }) : run(action)}
      >
        {words}
      </button>
    );
  };
  const putUnder = (words: string, look = "") => (
    <button
      type="button"
      class={`rk-button ${look}`}
      title="Makes a new take of the video and the sound. No charge."
      aria-expanded={under.open}
      aria-controls={under.open ? under.id : undefined}
      disabled={offline}
      onClick={under.toggle}
    >
      {words}
    </button>
  );
  const verdict = (
    given: "picked" | "rejected",
    words: string,
    key: string,
    action: () => Promise<unknown>,
  ) => (
    <button
      type="button"
      class="rk-button"
      aria-pressed={take.verdict === given}
      aria-keyshortcuts={key}
      disabled={offline}
      onClick={run(action)}
    >
      {words} <kbd class="rk-key">{key}</kbd>
    </button>
  );
  const { has_frames: film, is_image: pictured, plays, has_boxes } = kindOf(take.kind);
  const picture = { at, file };
  const from = at === null ? "the last frame" : `the frame shown, at ${exactTime(at)}`;
  return (
    <div class="rk-player-actions">
      {film ? (
        <>
          {begin(
            "video",
            "Continue from here",
            `Start the next video from ${from}`,
            () => nextShot(session, take, at, file),
            "rk-lead",
          )}
          {begin("image", "Edit this frame", `Change ${from} with words`, () =>
            editImage(session, take, picture),
          )}
          {putUnder("Put a sound under")}
        </>
      ) : pictured || has_boxes ? (
        <>
          {begin(
            "video",
            "Animate",
            "Start a video from this image",
            () => animate(session, take, picture),
            pictured ? "rk-lead" : "",
          )}
          {begin("image", "Edit", "Change this image with words", () => editImage(session, take, picture))}
          {begin("boxes", pictured ? "Find boxes" : "Find others", "Find things in this image by words", () =>
            findBoxes(session, take, picture),
          )}
        </>
      ) : plays ? (
        putUnder("Put under a video", "rk-lead")
      ) : null}
      <div class="rk-verdict">
        <Rating session={session} take={take} />
        {verdict("picked", "Pick", "P", () => pick(session, take))}
        {verdict("rejected", "Reject", "X", () => reject(session, take))}
        {props.more}
      </div>
    </div>
  );
}
