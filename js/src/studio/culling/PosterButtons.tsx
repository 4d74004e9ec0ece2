import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { rejectAt } from "../keys/around";
import type { Session } from "../model/session";
import { HIGHEST, rate } from "../wall/opinions";

const RATINGS = Array.from({ length: HIGHEST }, (_, index) => index + 1);

/** The stars and the cross over a poster. */
export function PosterButtons({ session, take }: { session: Session; take: Take }) {
  const offline = useStore(session.state).liveness === "gone";
  const rejected = take.verdict === "rejected";
  const button = { type: "button" as const, tabIndex: -1, disabled: offline };
  return (
    <>
      <span class="rk-poster-buttons">
        {RATINGS.map((rating) => (
          <button
            key={rating}
            {...button}
            class="rk-poster-star"
            aria-label={`Rate ${rating} of ${HIGHEST}`}
            aria-pressed={take.rating >= rating}
            title={take.rating === rating ? "Clear rating (0)" : `Rate ${rating} of ${HIGHEST} (${rating})`}
            onClick={() => rate(session, take, take.rating === rating ? 0 : rating)}
          >
            <Icon name="star" />
          </button>
        ))}
      </span>
      <span class="rk-poster-buttons">
        <button
          {...button}
          aria-label={rejected ? "Bring back" : "Reject"}
          title={rejected ? "Bring back (X)" : "Reject (X)"}
          onClick={({ currentTarget }) => rejectAt(session, currentTarget, take)}
        >
          <Icon name={rejected ? "history" : "close"} />
        </button>
      </span>
    </>
  );
}
