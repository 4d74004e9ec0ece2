/** A text to read and copy, in a box of limited height that can be scrolled and selected by keyboard. */
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
