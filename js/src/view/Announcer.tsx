/** Tells a screen reader something once, when it has time. */
export function Announcer({ said }: { said: string }) {
  return (
    <div class="rk-unseen" role="status" aria-live="polite">
      {said}
    </div>
  );
}
