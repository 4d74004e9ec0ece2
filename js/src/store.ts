import { useLayoutEffect, useMemo, useState } from "preact/hooks";

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

/** The store's state as it is now, drawing the component again when something changes that it has read of it. */
export function useStore<T extends object>(store: Store<T>): T {
  const [, draw] = useState({});
  const watched = useMemo(() => {
    const read = new Set<keyof T>();
    const state = new Proxy({} as T, {
      get: (_, name) => read.add(name as keyof T) && store.get()[name as keyof T],
    });
    return { read, state, drawn: store.get() };
  }, [store]);
  watched.drawn = store.get();
  useLayoutEffect(() => {
    const look = (now: T) => {
      const { read, drawn } = watched;
      if ([...read].some((name) => !Object.is(now[name], drawn[name]))) draw({});
    };
    look(store.get());
    return store.subscribe(look);
  }, [store]);
  return watched.state;
}
