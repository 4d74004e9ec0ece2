/** What a screen reader is told, once and when it has time. */
export function Announcer({ said }: { said: string }) {
  return (
    <div class="rk-unseen" role="status" aria-live="polite">
      {said}
    </div>
  );
}
