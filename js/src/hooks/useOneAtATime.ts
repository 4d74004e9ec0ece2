import { useState } from "preact/hooks";

/** Turns an action into one that does nothing while another is at work. */
export function useOneAtATime(): (action: () => Promise<unknown>) => () => Promise<void> {
  const [busy, setBusy] = useState(false);
  return (action) => async () => {
    if (busy) return;
    setBusy(true);
    await action();
    setBusy(false);
  };
}
