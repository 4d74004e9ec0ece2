import { useLayoutEffect, useState } from "preact/hooks";

/** A plain object that can be watched. Several views of one widget share one. */
export interface Store<T extends object> {
  get(): T;
  /** Merges a patch and tells the watchers, unless nothing changed. */
  set(patch: Partial<T>): void;
  subscribe(watcher: (now: T, before: T) => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial;
  const watchers = new Set<(now: T, before: T) => void>();
  return {
    get: () => state,
    set(patch) {
      const before = state;
      if ((Object.keys(patch) as (keyof T)[]).every((name) => Object.is(before[name], patch[name]))) return;
      state = { ...before, ...patch };
      for (const watcher of [...watchers]) watcher(state, before);
    },
    subscribe(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The store's state, drawing the component again when it changes. */
export function useStore<T extends object>(store: Store<T>): T {
  const [state, setState] = useState(store.get());
  useLayoutEffect(() => {
    setState(store.get());
    return store.subscribe((now) => setState(now));
  }, [store]);
  return state;
}
