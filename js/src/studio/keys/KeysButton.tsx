import { LIST_KEYS } from "./studio-key";

/** Opens the list of keys. */
export function KeysButton() {
  return (
    <button
      type="button"
      class="rk-quiet rk-small rk-keys-button"
      aria-haspopup="dialog"
      aria-keyshortcuts="?"
      onClick={({ currentTarget }) =>
        currentTarget.dispatchEvent(new CustomEvent(LIST_KEYS, { bubbles: true }))
      }
    >
      <kbd>?</kbd> keys
    </button>
  );
}
