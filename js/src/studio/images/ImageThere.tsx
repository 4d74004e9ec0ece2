import { fileSize, pixels } from "../../format";
import type { Endpoint, Image } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import { late } from "../late/late";
import { framingOf, useSends } from "../model/frames";
import { aspectOf, type Box, ratioOf, type Size } from "../model/framing";
import { removeImage } from "../model/images";
import type { Session } from "../model/session";
import { FramePill } from "./FramePill";

const CropFrame = late((parts) => parts.CropFrame);

export interface ImageThereProps {
  session: Session;
  endpoint: Endpoint;
  image: Image;
  title: string;
  offline: boolean;
  compact: boolean;
  onReplace: () => void;
}

/** An image in its slot, as it will be sent: its crop or margin, and what that makes in words. */
export function ImageThere(props: ImageThereProps) {
  const { session, endpoint, image, title, offline } = props;
  const { draft } = useStore(session.state);
  const framing = framingOf({ draft }, endpoint, image);
  const sends = useSends(session, image, framing);
  const sized = hasSize(image) ? image : undefined;
  const pill = sized ? (
    <FramePill {...{ session, framing }} image={sized} aspect={aspectOf(endpoint, draft.wanted)} />
  ) : null;
  const from = [
    sized ? pixels(sized.width, sized.height) : null,
    image.bytes ? fileSize(image.bytes) : null,
  ].filter(Boolean);
  return (
    <>
      <div class="rk-picture">
        <Shown {...props} framing={framing} />
        {props.compact ? null : pill}
      </div>
      <div class="rk-image-words rk-small">
        <span class="rk-image-name" title={image.name}>
          {image.name}
        </span>
        <span
          class="rk-image-sends rk-dim"
          title={from.length ? `${sends}; sent from ${from.join(", ")}` : sends}
        >
          {sends.match(/^\d+\s×\s\d+/)?.[0] ?? sends}
        </span>
        {props.compact ? pill : null}
        <button type="button" class="rk-quiet" disabled={offline} onClick={props.onReplace}>
          Replace<span class="rk-unseen"> {title}</span>
        </button>
        <button
          type="button"
          class="rk-quiet"
          title="Remove"
          disabled={offline}
          onClick={() => removeImage(session, image.slot)}
        >
          <Icon name="close" />
          <span class="rk-unseen">Remove {title}</span>
        </button>
      </div>
    </>
  );
}

function Shown({ session, image, title, offline, framing }: ImageThereProps & Framed) {
  const picture = usePicture(session.previews, image.digest);
  if (picture === undefined) return <span class="rk-dim rk-small">No preview</span>;
  const drawn = picture ? <img src={picture} alt={`${title}: ${image.name}`} draggable={false} /> : null;
  if (!hasSize(image)) return drawn;
  const padded = framing?.fit === "pad" ? framing : null;
  const ratio = ratioOf(padded?.ratio) ?? image.width / image.height;
  return (
    <div class="rk-shown" style={{ "--rk-own": ratio, background: padded?.colour }}>
      {drawn}
      {framing?.fit === "crop" && framing.box ? (
        <CropFrame
          // One that is held belongs to its image.
          key={image.digest}
          {...{ session, image, title }}
          framing={{ ...framing, box: framing.box as Box }}
          disabled={offline}
        />
      ) : null}
    </div>
  );
}

type Framed = { framing: ReturnType<typeof framingOf> };

function hasSize(image: Image): image is Image & Size {
  return Boolean(image.width && image.height);
}
