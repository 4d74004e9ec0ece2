import { useEffect, useRef, useState } from "preact/hooks";
import type { Endpoint, ImageSlot } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { late } from "../late/late";
import { sendFile } from "../model/images";
import type { Session } from "../model/session";
import { SLOT_ATTRIBUTE } from "./file-entry";
import { ImageArrival } from "./ImageArrival";
import { ImageThere } from "./ImageThere";
import { Ways } from "./Ways";

const Camera = late((parts) => parts.Camera);

export interface SlotFieldProps {
  session: Session;
  endpoint: Endpoint;
  slot: ImageSlot;
  /** A file is held over the studio. */
  dragging: boolean;
  /** One line instead of a picture, for a slot beside the main one. */
  compact?: boolean;
}

/** Where an image goes in: empty, on its way, refused, or there. */
export function SlotField(props: SlotFieldProps) {
  const { session, endpoint } = props;
  const { slot, title, required } = props.slot;
  const { images, uploads, liveness, outcome } = useStore(session.state);
  const input = useRef<HTMLInputElement>(null);
  const [mode, setMode] = useState<"usual" | "ways" | "camera">("usual");
  const image = images.find((has) => has.slot === slot);
  const upload = uploads[slot];
  const offline = liveness === "gone";
  const needed = outcome?.kind === "problem" && outcome.field === slot;
  const choose = () => input.current?.click();
  const named = { [SLOT_ATTRIBUTE]: slot };

  const usual = () => setMode("usual");
  // Whatever comes in, by a drop or a paste too, is what is looked at.
  useEffect(() => {
    if (upload) usual();
  }, [upload]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.defaultPrevented) usual();
  }

  let body = null;
  if (upload) body = <ImageArrival session={session} slot={slot} upload={upload} onChoose={choose} />;
  else if (mode === "camera")
    body = <Camera session={session} slot={slot} offline={offline} onClose={usual} />;
  else if (mode === "ways" || (!image && !props.compact))
    body = (
      <Ways
        {...{ session, slot, required, offline }}
        onChoose={choose}
        onCamera={() => setMode("camera")}
        sample={!props.compact && !image}
        back={mode === "ways" ? { words: "Cancel", go: usual } : undefined}
      />
    );
  else if (image)
    body = (
      <ImageThere
        {...{ session, endpoint, image, title, offline }}
        compact={props.compact ?? false}
        onReplace={() => setMode("ways")}
      />
    );
  else
    body = (
      <button type="button" class="rk-quiet rk-image-add" disabled={offline} onClick={() => setMode("ways")}>
        <Icon name="plus" />
        {title}
        {required ? null : <span class="rk-dim"> (optional)</span>}
      </button>
    );

  const state = [
    // What has to be pressed needs its room.
    props.compact ? mode === "usual" && "rk-image-compact" : "rk-image-main",
    props.dragging && "rk-image-dragging",
    needed && "rk-image-needed",
    !upload && !image && "rk-image-empty",
  ];
  return (
    <fieldset onKeyDown={onKeyDown} class={["rk-image", ...state].filter(Boolean).join(" ")} {...named}>
      <legend class="rk-unseen">{title}</legend>
      {body}
      {props.dragging && image ? <div class="rk-drop-over">Drop to replace</div> : null}
      <input
        ref={input}
        type="file"
        class="rk-unseen"
        tabIndex={-1}
        aria-label={`${title}, file`}
        accept="image/*,.heic,.heif,.avif,video/*"
        disabled={offline}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // Emptied, so that choosing the same file again counts as a change.
          event.currentTarget.value = "";
          if (file) void sendFile(session, slot, file);
        }}
      />
    </fieldset>
  );
}
