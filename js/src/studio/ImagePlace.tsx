import { useRef } from "preact/hooks";
import type { Endpoint, Image } from "../protocol";
import { useStore } from "../store";
import { Icon } from "../view/Icon";
import { usePicture } from "../view/usePicture";
import { fileSize, pixels } from "../words";
import { SLOT_ATTRIBUTE } from "./file-entry";
import { ImageArrival } from "./ImageArrival";
import { removeImage, sendFile } from "./images";
import type { Session } from "./session";
import { slotTitle } from "./slots";
import { UrlEntry } from "./UrlEntry";

export interface ImagePlaceProps {
  session: Session;
  endpoint: Endpoint;
  slot: string;
  /** A file is held over the studio. */
  dragging: boolean;
  /** One line instead of a picture's place, for a slot beside the main one. */
  compact?: boolean;
}

/** Where an image goes in: empty, on its way, refused, or there. */
export function ImagePlace(props: ImagePlaceProps) {
  const { session, endpoint, slot } = props;
  const { images, uploads, liveness, outcome } = useStore(session.state);
  const input = useRef<HTMLInputElement>(null);
  const image = images.find((has) => has.slot === slot);
  const upload = uploads[slot];
  const title = slotTitle(endpoint, slot);
  const offline = liveness === "gone";
  const needed = outcome?.kind === "problem" && outcome.field === slot;
  const choose = () => input.current?.click();
  const named = { [SLOT_ATTRIBUTE]: slot };
  const required = endpoint.images.some((has) => has.slot === slot && has.required);

  let body = null;
  if (upload) body = <ImageArrival session={session} slot={slot} upload={upload} onChoose={choose} />;
  else if (image) body = <ImageThere {...{ session, image, offline }} title={title} onChoose={choose} />;
  else if (props.compact)
    body = (
      <button type="button" class="rk-quiet rk-image-add" disabled={offline} onClick={choose}>
        <Icon name="plus" />
        {title}
        {required ? null : <span class="rk-dim"> (optional)</span>}
      </button>
    );
  else
    body = (
      <div class="rk-drop">
        <Icon name="image" />
        <div class="rk-drop-words">
          <b>Drop an image here</b>
          <div class="rk-small rk-dim">or paste it{required ? "" : "; optional for this model"}</div>
        </div>
        <div class="rk-drop-ways">
          <button type="button" class="rk-button" disabled={offline} onClick={choose}>
            Choose a file
          </button>
          <UrlEntry session={session} slot={slot} disabled={offline} />
        </div>
      </div>
    );

  const state = [
    props.compact && "rk-image-compact",
    props.dragging && "rk-image-dragging",
    needed && "rk-image-needed",
    !upload && !image && "rk-image-empty",
  ];
  return (
    <fieldset class={["rk-image", ...state].filter(Boolean).join(" ")} {...named}>
      <legend class="rk-unseen">{title}</legend>
      {body}
      {props.dragging && image ? <div class="rk-drop-over">Drop to replace it</div> : null}
      <input
        ref={input}
        type="file"
        class="rk-unseen"
        tabIndex={-1}
        aria-label={`${title}, file`}
        accept="image/*,.heic,.heif,.avif"
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

function ImageThere(props: {
  session: Session;
  image: Image;
  title: string;
  offline: boolean;
  onChoose: () => void;
}) {
  const { session, image } = props;
  const picture = usePicture(session.previews, image.digest);
  const size = [
    image.width && image.height ? pixels(image.width, image.height) : null,
    image.bytes ? fileSize(image.bytes) : null,
  ].filter(Boolean);
  return (
    <>
      <div class="rk-picture" style={shape(image)}>
        {picture ? <img src={picture} alt={`${props.title}: ${image.name}`} draggable={false} /> : null}
        {picture === undefined ? <span class="rk-dim rk-small">No preview</span> : null}
      </div>
      <div class="rk-image-words rk-small">
        <span class="rk-image-name" title={`${image.name}, sent as ${image.sends}`}>
          {image.name}
        </span>
        <button type="button" class="rk-quiet" disabled={props.offline} onClick={props.onChoose}>
          Replace<span class="rk-unseen"> {props.title}</span>
        </button>
        <button
          type="button"
          class="rk-quiet"
          disabled={props.offline}
          onClick={() => removeImage(session, image.slot)}
        >
          Remove<span class="rk-unseen"> {props.title}</span>
        </button>
        <span class="rk-image-sends rk-dim">
          {size.join(", ")}
          {image.sends ? (
            <span>
              {size.length ? "; sent as " : "Sent as "}
              {image.sends}
            </span>
          ) : null}
        </span>
      </div>
    </>
  );
}

/** The place takes the picture's shape, within bounds, before the picture is there. */
function shape(image: Image) {
  if (!image.width || !image.height) return undefined;
  return { "--rk-ratio": String(Math.min(Math.max(image.width / image.height, 1), 2)) };
}
