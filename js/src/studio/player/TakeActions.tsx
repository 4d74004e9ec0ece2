import type { ComponentChildren } from "preact";
import { exactTime } from "../../format";
import { useOneAtATime } from "../../hooks/useOneAtATime";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { nextShot } from "../loading/loading";
import type { Session } from "../model/session";
import { pick } from "../wall/opinions";
import { reject } from "../wall/rejecting";
import { Rating } from "./Opinion";

const LATER = {
  edit: "Editing with a prompt is coming in a later version.",
  sound: "Adding sound to a finished video is coming in a later version.",
};

/** What a person does with a take: go on from it, and say what they think of it. */
export function TakeActions(props: {
  session: Session;
  take: Take;
  /** The time of the frame to go on from; null for the last one. */
  at: number | null;
  /** What unfolds the rest. */
  more: ComponentChildren;
}) {
  const { session, take, at } = props;
  const offline = useStore(session.state).liveness === "gone";
  const run = useOneAtATime();
  const act = (words: string, title: string, action: () => Promise<unknown>, look = "") => (
    <button type="button" class={`rk-button ${look}`} title={title} disabled={offline} onClick={run(action)}>
      {words}
    </button>
  );
  const later = (words: string, title: string) => (
    <button
      type="button"
      class="rk-button"
      aria-disabled="true"
      title={title}
      onClick={() => session.state.set({ said: title })}
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
  const film = take.kind === "video";
  const from = at === null ? "the last frame" : `the frame shown, at ${exactTime(at)}`;
  return (
    <div class="rk-player-actions">
      {film
        ? act(
            "Continue from here",
            `Start the next video from ${from}`,
            () => nextShot(session, take, at),
            "rk-lead",
          )
        : null}
      {take.kind === "image"
        ? act("Animate", "Start a video from this image", () => nextShot(session, take), "rk-lead")
        : null}
      {film || take.kind === "image" ? later(film ? "Edit this frame" : "Edit this image", LATER.edit) : null}
      {film ? later("Add sound", LATER.sound) : null}
      <div class="rk-verdict">
        <Rating session={session} take={take} />
        {verdict("picked", "Pick", "P", () => pick(session, take))}
        {verdict("rejected", "Reject", "X", () => reject(session, take))}
        {props.more}
      </div>
    </div>
  );
}
