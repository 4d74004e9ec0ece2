/** A sentence in which names that stand between backticks are code. */
export function Sentence({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/);
  return (
    <span>
      {parts.map((part, place) => (place % 2 ? <code key={`${place}${part}`}>{part}</code> : part))}
    </span>
  );
}
