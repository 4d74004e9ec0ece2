import { fileSize } from "../../format";
import { useLate } from "../../hooks/effects";
import { Bar } from "../../view/Bar";
import { Icon } from "../../view/Icon";
import { stopUpload } from "../model/images";
import type { Session } from "../model/session";
import type { Upload } from "../model/state";

/** Bytes from which a file's own picture is drawn later: to decode it holds up the sending, by half as much again. */
const LARGE = 4_000_000;
/** Milliseconds after which the picture is drawn anyway on a slow connection. */
const LATER = 1000;

export interface ImageArrivalProps {
  session: Session;
  slot: string;
  upload: Upload;
  onChoose: () => void;
}

/** An image on its way, with how far it is and a way to stop it; or why it did not arrive. */
export function ImageArrival(props: ImageArrivalProps) {
  return props.upload.error === null ? (
    <Coming {...props} />
  ) : (
    <Refused {...props} error={props.upload.error} />
  );
}

function Coming({ session, slot, upload }: ImageArrivalProps) {
  const known = upload.size > 0;
  const late = useLate(LATER, true);
  const drawn = late || upload.size < LARGE || upload.received === upload.size;
  return (
    <>
      <div class="rk-picture rk-picture-coming">
        {upload.picture && drawn ? (
          <img
            src={upload.picture}
            alt=""
            // A format that the browser cannot show may still be one that the kernel reads.
            onError={(event) => event.currentTarget.remove()}
          />
        ) : null}
      </div>
      <Bar label={`Sending ${upload.name}`} done={known ? upload.received / upload.size : null} />
      <div class="rk-image-words rk-small">
        <span class="rk-image-name" title={upload.name}>
          {upload.name}
        </span>
        <span class="rk-image-sends rk-dim">
          {known ? `${fileSize(upload.received)} of ${fileSize(upload.size)}` : "Downloading"}
        </span>
        <button type="button" class="rk-quiet" onClick={() => stopUpload(session, slot)}>
          Cancel<span class="rk-unseen"> {upload.name}</span>
        </button>
      </div>
    </>
  );
}

function Refused(props: ImageArrivalProps & { error: string }) {
  return (
    <div class="rk-drop rk-drop-refused">
      <Icon name="warning" />
      <div class="rk-drop-words rk-small">{props.error}</div>
      <div class="rk-drop-ways">
        {props.upload.again ? (
          <button type="button" class="rk-button" onClick={props.upload.again}>
            Try again
          </button>
        ) : null}
        <button type="button" class="rk-button" onClick={props.onChoose}>
          Choose another
        </button>
        <button type="button" class="rk-quiet" onClick={() => stopUpload(props.session, props.slot)}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
