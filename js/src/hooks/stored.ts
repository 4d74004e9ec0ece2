/** The name of what is kept for a widget; undefined, and nothing kept, where a host does not name its widgets. */
export const named = (kind: string, key: string | undefined) => key && `rk-${kind}:${key}`;

/** What an earlier page of this tab has kept. Storage that is forbidden is no error. */
export function stored<T>(name: string | undefined): T | undefined {
  try {
    const text = name && sessionStorage.getItem(name);
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value for the next page of this tab; undefined takes it away. Storage that is full is no error. */
export function store(name: string | undefined, value: unknown): void {
  try {
    if (name && value === undefined) sessionStorage.removeItem(name);
    else if (name) sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It is forgotten on reload, and nothing else.
  }
}
