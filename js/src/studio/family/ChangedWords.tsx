import { Marked } from "../../compare/Marked";
import type { FamilyLink } from "../../kernel/protocol";
import { changed } from "./places";

/** What leads from a take to the next, in short: what of it was used, the words that changed, and the settings. */
export function ChangedWords({ link }: { link: FamilyLink }) {
  const { how, prompt, settings } = link;
  const words = changed(prompt);
  return (
    <>
      <span class="rk-member-how rk-dim">{how}</span>
      {words.length ? (
        <span class="rk-member-prompt">
          {" "}
          <Marked pieces={words} />
        </span>
      ) : null}
      {settings.length ? (
        <span class="rk-member-settings">
          {" "}
          {settings
            .map(({ name, values }) => `${name} ${values[0] || "unknown"} → ${values[1] || "unknown"}`)
            .join(", ")}
        </span>
      ) : null}
      {words.length || settings.length ? null : (
        <span class="rk-member-prompt rk-dim"> nothing else changed</span>
      )}
    </>
  );
}
