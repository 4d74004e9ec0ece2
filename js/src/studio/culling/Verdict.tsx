import type { Take } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";

/** What a person thinks of a take, over its picture: picked or rejected, and its stars. */
export function Verdict({ take }: { take: Pick<Take, "verdict" | "rating"> }) {
  return (
    <>
      {take.verdict === "picked" ? (
        <span class="rk-take-picked">
          <Icon name="check" />
          <span class="rk-unseen">Picked </span>
        </span>
      ) : take.verdict === "rejected" ? (
        <span>rejected </span>
      ) : null}
      {take.rating ? (
        <>
          <span class="rk-unseen">Rated {take.rating} of 3 </span>
          <span aria-hidden="true">{"★".repeat(take.rating)} </span>
        </>
      ) : null}
    </>
  );
}
