import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { deckKey } from "../compare/deck-keys";
import type { Standing } from "../kernel/protocol";
import { useStore } from "../store";
import { Bar } from "../view/Bar";
import { Notice } from "../view/Notice";
import type { Choice, Judging } from "./judging";
import { judgeKey } from "./keys";
import { PairView, type Playing } from "./PairView";
import { PlayButton } from "./PlayButton";
import { Won } from "./Won";

export interface JudgeProps {
  judging: Judging;
  /** Goes back to where it began; undefined in a cell, which has nowhere to go. */
  onClose?: (() => void) | undefined;
  /** Shows a take, once names are shown. */
  onOpen?: ((take: string) => void) | undefined;
  /** Which part of the search is judged, in words. */
  about?: string | undefined;
}

/** Two takes without names, and which of them is better. */
export function Judge({ judging, onClose, onOpen, about }: JudgeProps) {
  const { pairs, standing, ratio, problem, silent, gone, waiting, result, canTakeBack, heard, chosen } =
    useStore(judging.state);
  const place = useRef<HTMLElement>(null);
  const [playing, setPlaying] = useState<Playing | null>(null);
  const [pair] = pairs;
  const sounds = pair?.left.kind === "audio";
  const moves = pair?.left.kind === "video";
  const speaks = moves && (pair.left.has_audio || pair.right.has_audio);
  // The keys arrive here at once, and again after the names were looked at.
  useEffect(() => {
    if (onClose || result !== null) place.current?.focus({ preventScroll: true });
  }, [result === null]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || judgeKey(judging, event, onClose ?? (() => place.current?.blur()))) return;
    if (result !== null || !playing) return;
    if (moves) deckKey(playing.deck, event);
    else if (sounds && event.key === " " && !(event.target as Element).closest("button")) {
      event.preventDefault();
      if (playing.tape.state.get().playing) playing.tape.pause();
      else playing.tape.play();
    }
  }

  const idle = !pair || gone;
  const vote = (says: Choice) => ({
    off: idle,
    chosen: chosen === says,
    onPress: () => judging.judge(says),
  });
  const troubles = <Troubles {...{ problem, silent, gone, waiting }} note={standing?.note ?? ""} />;
  const kept = standing?.words ?? " ";
  return (
    <section
      ref={place}
      class={`rk-judge${ratio < 1 ? " rk-judge-tall" : ""}`}
      aria-label="Judge"
      // Takes the focus of a click on a picture, so that the keys arrive here.
      tabIndex={-1}
      onKeyDown={onKeyDown}
      // What was clicked does not keep the focus, with which Space would press it once more.
      onClick={({ detail, currentTarget }) => detail > 0 && currentTarget.focus({ preventScroll: true })}
      style={{ "--rk-ratio": ratio }}
    >
      <div class="rk-judge-top">
        <h2 class="rk-heading">{result === null ? "Which is better?" : "What won so far"}</h2>
        <span class="rk-small rk-dim rk-judge-kept">
          {kept}
          {about ? ` ${about}` : ""}
        </span>
        {result === null && standing ? (
          <Button
            keys="Esc"
            named="Escape"
            lead={standing.more === 0}
            title="Stop and see what won so far"
            onPress={() => judging.stop()}
          >
            Stop
          </Button>
        ) : null}
      </div>
      {standing || problem === null ? <Bar label="Judged" done={far(standing)} words={kept} /> : null}
      {result !== null || (!standing && problem !== null) ? troubles : null}
      {!standing && problem !== null ? (
        <div class="rk-judge-others">
          {onClose ? (
            <Button keys="Esc" named="Escape" onPress={onClose}>
              Back to the studio
            </Button>
          ) : (
            <button type="button" class="rk-button" onClick={() => judging.begin()}>
              Try again
            </button>
          )}
        </div>
      ) : result !== null ? (
        <Won {...{ judging, result, onOpen, onClose, gone }} />
      ) : (
        <>
          <div class="rk-judge-stage" aria-busy={idle && !problem}>
            {pairs.map((one, at) => (
              <PairView key={one.id} {...{ judging, pair: one }} front={at === 0} onPlaying={setPlaying} />
            ))}
            {pair ? null : (
              <div class="rk-judge-words rk-small rk-dim">
                {problem === null && !gone ? "Finding the next two" : ""}
              </div>
            )}
            {/* Over the films, which do not move for it. */}
            {troubles}
          </div>
          <div class="rk-judge-votes">
            <Button keys="1" first {...vote("left")}>
              is better
            </Button>
            <Button keys="0" first {...vote("tie")}>
              Tie
            </Button>
            <Button keys="2" first {...vote("right")}>
              is better
            </Button>
          </div>
          <div class="rk-judge-others">
            <Button keys="S" title="Skip this pair" {...vote("skip")}>
              Skip
            </Button>
            <Button
              keys="⌫"
              named="Backspace"
              off={gone || !canTakeBack}
              title="Take back your last judgement"
              onPress={judging.takeBack}
            >
              Take back
            </Button>
            {playing && (moves || sounds) ? <PlayButton {...playing} sounds={sounds} /> : null}
            {speaks ? (
              <Button keys="M" title="Hear the first, the second or neither" onPress={judging.hear}>
                {heard === null ? "Sound off" : `Sound of ${heard === "left" ? 1 : 2}`}
              </Button>
            ) : null}
          </div>
        </>
      )}
    </section>
  );
}

/** How far it is, from 0 to 1. */
function far(standing: Standing | null): number {
  return standing ? standing.judged / Math.max(1, standing.judged + (standing.more ?? 0)) : 0;
}

/** What else a person has to know. */
function Troubles(props: {
  problem: string | null;
  silent: boolean;
  gone: boolean;
  waiting: number;
  note: string;
}) {
  const { problem, silent, gone, waiting, note } = props;
  const unkept = waiting
    ? ` ${waiting === 1 ? "1 judgement is" : `${waiting} judgements are`} not saved yet.`
    : "";
  const words = gone
    ? `Kernel stopped. What is counted is saved; rerun this cell to continue.${unkept.replace(" yet", "")}`
    : (problem ?? (silent ? `Kernel busy. It continues when it's free.${unkept}` : note));
  return words ? (
    <Notice tone={gone || problem !== null || silent ? "problem" : "calm"}>{words}</Notice>
  ) : null;
}

interface ButtonProps {
  /** The key that does the same. */
  keys: string;
  /** What the key is called, where its sign is not a word. */
  named?: string;
  /** The key comes before the words. */
  first?: boolean;
  off?: boolean;
  lead?: boolean;
  chosen?: boolean;
  title?: string;
  onPress: () => unknown;
  children: ComponentChildren;
}

/** A button that names its key. It is never disabled, so it keeps the focus; `aria-disabled` says when it does nothing. */
function Button({ keys, named = keys, first, off, lead, chosen, title, onPress, children }: ButtonProps) {
  const key = <kbd class="rk-judge-key">{keys}</kbd>;
  return (
    <button
      type="button"
      class={`rk-button${lead ? " rk-lead" : ""}`}
      aria-keyshortcuts={named}
      aria-disabled={off}
      data-chosen={chosen}
      title={title}
      onClick={() => off || onPress()}
    >
      {first ? key : children} {first ? children : key}
    </button>
  );
}
