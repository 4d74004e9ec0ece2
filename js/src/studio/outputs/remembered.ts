import { named, store, stored } from "../../hooks/stored";
import type { Before } from "../model/state";
import type { Output } from "./pick";

/** What stood in the form for each output, for as long as the tab is there. */
export interface Remembered {
  of(output: Output): Before | undefined;
  keep(output: Output, before: Before): void;
}

/** `key` names the widget; without one it is forgotten on reload. */
export function openRemembered(key: string | undefined): Remembered {
  const name = named("outputs", key);
  const kept = stored<{ [output in Output]?: Before }>(name) ?? {};
  return {
    of: (output) => kept[output],
    keep(output, { draft, images }) {
      kept[output] = { draft, images };
      store(name, kept);
    },
  };
}
