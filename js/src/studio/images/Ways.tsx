import { useEffect, useRef } from "preact/hooks";
import { kindOf } from "../../kernel/kind-of";
import { fileKey, withFile } from "../../kernel/take-files";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { sendTake } from "../model/images";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { placeOnStage } from "../stage/place";
import { Sample } from "./Sample";
import { UrlEntry } from "./UrlEntry";

export interface WaysProps {
  session: Session;
  slot: string;
  required: boolean;
  offline: boolean;
  onChoose: () => void;
  onCamera: () => void;
  /** It is the main slot, and empty: there is a photograph to try. */
  sample?: boolean;
  /** Where a person asked for the ways: what there was before them, and how to go back to it. */
  back?: { words: string; go: () => void } | undefined;
}

/** Every way of an image into its slot. */
export function Ways(props: WaysProps) {
  const { session, slot, offline, back } = props;
  const state = useStore(session.state);
  const take = takeById(state, state.open?.take);
  const file = state.open?.file ?? 0;
  const kind = take && kindOf(withFile(take, file).kind);
  // Where the stage is empty, it has the place to drop on and the photograph.
  const second = placeOnStage(state)?.slot === slot;
  const first = useRef<HTMLButtonElement>(null);
  // Asked for by a press: the focus goes on to what it brought.
  useEffect(() => {
    if (back) first.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={`rk-drop${second ? " rk-drop-second" : ""}`}>
      <Icon name="image" />
      <div class="rk-drop-words">
        <b>{second ? "No image yet" : "Drop an image here"}</b>
        <div class="rk-small rk-dim">
          {second ? "Drop, paste or choose one" : "or paste it"}
          {props.required ? "" : "; optional"}
        </div>
      </div>
      <div class="rk-drop-ways">
        <button ref={first} type="button" class="rk-button" disabled={offline} onClick={props.onChoose}>
          Choose a file
        </button>
        <UrlEntry session={session} slot={slot} disabled={offline} />
        {hasCamera() ? (
          <button type="button" class="rk-quiet" disabled={offline} onClick={props.onCamera}>
            Use camera
          </button>
        ) : null}
        {take && kind?.is_image ? (
          <button
            type="button"
            class="rk-quiet"
            disabled={offline}
            title={take.prompt}
            onClick={() => sendTake(session, slot, fileKey(take.id, file))}
          >
            {kind.has_frames ? "Use last frame of open take" : "Use open take"}
          </button>
        ) : null}
        {props.sample && !second ? <Sample {...{ session, slot, offline }} /> : null}
        {back ? (
          <button type="button" class="rk-quiet" onClick={back.go}>
            {back.words}
          </button>
        ) : null}
      </div>
    </div>
  );
}

/** Whether the browser lets this page ask for a camera at all; it does so on https and on localhost only. */
function hasCamera(): boolean {
  return !!navigator.mediaDevices?.getUserMedia;
}
