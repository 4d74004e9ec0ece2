import type { Take } from "../../kernel/protocol";

/** Asks the studio that it bubbles through for the family of a take; its detail is the id. */
export const FAMILY = "rk-family";

/** Opens the family of a take. */
export function FamilyButton({ take }: { take: Take }) {
  return (
    <button
      type="button"
      class="rk-quiet rk-mode rk-family-button"
      title="What led to this take, and what came of it"
      aria-haspopup="dialog"
      onClick={({ currentTarget }) =>
        currentTarget.dispatchEvent(new CustomEvent(FAMILY, { detail: take.id, bubbles: true }))
      }
    >
      Family
    </button>
  );
}
