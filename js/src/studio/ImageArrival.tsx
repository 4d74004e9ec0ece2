import { fileSize } from "../words";
import { stopUpload } from "./images";
import type { Session } from "./session";
import type { Upload } from "./state";

/** An image on its way, with how far it is and a way to stop it; or why it did not arrive. */
export function ImageArrival(props: {
  session: Session;
  slot: string;
  upload: Upload;
  onChoose: () => void;
}) {
  const { session, slot, upload } = props;
  const share = upload.size ? upload.received / upload.size : 0;
  return (
    <>
      <div class={`rk-picture ${upload.error ? "rk-picture-refused" : "rk-picture-coming"}`}>
        {upload.picture ? (
          // A format that the browser cannot show may still be one that the kernel reads.
          <img src={upload.picture} alt="" onError={(event) => event.currentTarget.remove()} />
        ) : null}
      </div>
      {upload.error ? null : (
        <div
          class={`rk-bar${upload.size ? "" : " rk-bar-open"}`}
          role="progressbar"
          aria-label={`Sending ${upload.name}`}
          aria-valuenow={upload.size ? Math.round(share * 100) : undefined}
        >
          <i style={upload.size ? { transform: `scaleX(${share})` } : undefined} />
        </div>
      )}
      <div class="rk-image-words rk-small">
        <span class="rk-image-name" title={upload.name}>
          {upload.name}
        </span>
        {upload.error ? (
          <button type="button" class="rk-quiet" onClick={props.onChoose}>
            Choose another
          </button>
        ) : null}
        <button type="button" class="rk-quiet" onClick={() => stopUpload(session, slot)}>
          {upload.error ? "Dismiss" : "Cancel"}
          <span class="rk-unseen"> {upload.name}</span>
        </button>
        {upload.error ? (
          <span class="rk-image-sends rk-problem">{upload.error}</span>
        ) : (
          <span class="rk-image-sends rk-dim">
            {upload.size ? `${fileSize(upload.received)} of ${fileSize(upload.size)}` : "Fetching it"}
          </span>
        )}
      </div>
    </>
  );
}
