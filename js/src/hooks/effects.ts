import { useEffect, useState } from "preact/hooks";

/** Listens to several events, named with spaces between them; returns what stops it. */
export function listen<E extends Event = Event>(
  target: EventTarget | null | undefined,
  names: string,
  heard: (event: E) => void,
  options?: AddEventListenerOptions,
): () => void {
  const all = names.split(" ");
  for (const name of all) target?.addEventListener(name, heard as EventListener, options);
  return () => {
    for (const name of all) target?.removeEventListener(name, heard as EventListener, options);
  };
}

/** Asks for something, anew when the inputs change; what comes after that, or after the view, is not told. */
export function useAnswer<T>(
  ask: () => Promise<T> | undefined,
  inputs: readonly unknown[],
  told: (value: T) => void,
  failed: (error: unknown) => void = () => {},
): void {
  useEffect(() => {
    let here = true;
    ask()?.then(
      (value) => here && told(value),
      (error) => here && failed(error),
    );
    return () => {
      here = false;
    };
  }, inputs);
}

/** Does something once it has been wanted for so many milliseconds; inputs that change begin them anew. */
export function useAfter(
  milliseconds: number,
  wanted: boolean,
  action: () => void,
  inputs: readonly unknown[] = [],
): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  }, [wanted, ...inputs]);
}

/** Whether something has been so for longer than a moment, once. */
export function useLate(milliseconds: number, wanted: boolean): boolean {
  const [late, setLate] = useState(false);
  useAfter(milliseconds, wanted, () => setLate(true));
  return late;
}
