import { useState } from "preact/hooks";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { nextShot, recall } from "../loading/loading";
import type { Session } from "../model/session";
import { pin } from "../wall/opinions";

/** What a person does with a take: use it again, go on from it, save it. */
export function TakeActions(props: { session: Session; take: Take; url: string | undefined }) {
  const { session, take, url } = props;
  const offline = useStore(session.state).liveness === "gone";
  const [busy, setBusy] = useState(false);
  const run = (action: () => Promise<unknown>) => async () => {
    if (busy) return;
    setBusy(true);
    await action();
    setBusy(false);
  };
  const act = (words: string, title: string, action: () => Promise<unknown>) => (
    <button type="button" class="rk-button" title={title} disabled={offline} onClick={run(action)}>
      {words}
    </button>
  );
  return (
    <div class="rk-player-actions">
      <button
        type="button"
        class="rk-button rk-pin"
        title="Pinned takes are never cleaned up"
        aria-pressed={take.pinned}
        disabled={offline}
        onClick={run(() => pin(session, take))}
      >
        <Icon name="pin" />
        Pin
      </button>
      {act("Reuse settings", "Load this take's prompt, images and settings", () =>
        recall(session, take, { seed: true }),
      )}
      {"seed" in take.settings
        ? act("Reuse with a new seed", "Load its settings without the seed", () =>
            recall(session, take, { seed: false }),
          )
        : null}
      {take.kind === "video"
        ? act("Continue from here", "Start the next video from its last frame", () => nextShot(session, take))
        : take.kind === "image"
          ? act("Animate", "Start a video from this image", () => nextShot(session, take))
          : null}
      {url ? (
        <a class="rk-button" href={url} download={take.file}>
          Download
        </a>
      ) : (
        <button type="button" class="rk-button" disabled>
          Download
        </button>
      )}
    </div>
  );
}
