/** A text to look at and to take away: in a box that is scrolled and selected by keyboard, bounded in height. */
export function Code({ label, text }: { label: string; text: string }) {
  const lines = text.split("\n").length;
  return (
    <textarea
      class="rk-code"
      aria-label={label}
      readOnly
      rows={Math.min(lines, 12)}
      spellcheck={false}
      value={text}
    />
  );
}
