/** Moves the focus among alike neighbours with the arrow keys, Home and End. `place` is where it is, of `count`. */
export function stepped(event: KeyboardEvent, count: number, place: number): void {
  const next = {
    ArrowRight: place + 1,
    ArrowDown: place + 1,
    ArrowLeft: place - 1,
    ArrowUp: place - 1,
    Home: 0,
    End: count - 1,
  }[event.key];
  const here = event.currentTarget as HTMLElement;
  const to = next === undefined ? undefined : here.parentElement?.children[next];
  if (!(to instanceof HTMLElement)) return;
  event.preventDefault();
  to.focus();
}
