import { useEffect, useRef, useState } from "preact/hooks";

/** Milliseconds without a key after which the kernel is asked. */
const PAUSE = 200;

/** Words to look for in prompts. What is typed is asked for after a pause; Escape takes it away. */
export function Search({ words, onSearch }: { words: string; onSearch: (words: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Asked for, or put back from elsewhere: the field says what is so again.
  useEffect(() => setTyped(null), [words]);

  function look(next: string, pause: number): void {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next), pause);
  }

  const shown = typed ?? words;
  return (
    <input
      type="search"
      class="rk-search"
      aria-label="Search prompts"
      placeholder="Search prompts"
      maxLength={200}
      autocomplete="off"
      spellcheck={false}
      value={shown}
      onInput={(event) => look(event.currentTarget.value, PAUSE)}
      onKeyDown={(event) => {
        if (event.key === "Enter") look(shown, 0);
        if (event.key !== "Escape" || !shown) return;
        event.preventDefault();
        look("", 0);
      }}
    />
  );
}
