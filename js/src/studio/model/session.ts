import { isAbort, reason } from "../../format";
import type { BlobUrls } from "../../kernel/blob-urls";
import { type Connection, RefusedError } from "../../kernel/connection";
import type { Store } from "../../store";
import type { Remembered } from "../outputs/remembered";
import type { Notes } from "./notes";
import type { Prompts } from "./prompts";
import type { Sprites } from "./sprites";
import type { StudioState } from "./state";
import type { Writing } from "./writing";

/** Where a film is, in seconds, and whether it plays. */
export interface Moment {
  time: number;
  playing: boolean;
}

/** Everything that the views of one studio share: its state, its connection, the pictures it has fetched. */
export interface Session {
  state: Store<StudioState>;
  connection: Connection;
  /** Small pictures of input images, by digest. */
  previews: BlobUrls;
  /** Posters of takes, by id, and of their further files, by a key as in `fileKey`. */
  posters: BlobUrls;
  /** Frames from all over the films of takes. */
  sprites: Sprites;
  /** Files of takes, likewise. */
  media: BlobUrls;
  /** Images on their way to the kernel, by slot. */
  transfers: Map<string, AbortController>;
  /** Tells the kernel what is being written. */
  writing: Writing;
  /** What stood in the form for each output. */
  remembered: Remembered;
  /** Saves the notes that are being written. */
  notes: Notes;
  /** Whether the focus is on the stage. */
  onStage: boolean;
  /** The form of the view that a person turned to last: what is loaded is shown there. */
  form: HTMLElement | null;
  /** Where the film on the stage is now; null where there is none. */
  clock: (() => Moment) | null;
  /** Where what comes onto the stage next begins, as it takes the place of another. */
  from: Moment | null;
  /** How often something was loaded into the form, or was to be. */
  loads: number;
  /** What the page calls it, by which something is kept over a reload; undefined where a host does not name its widgets. */
  key: string | undefined;
  /** Earlier prompts. */
  prompts: Prompts;
  /** One more view; the returned function takes it away, and the last one frees the pictures. */
  attach(view: object): () => void;
  /** Asks for the second script, unless it is there or on its way. */
  loadLate(): Promise<void>;
  /** Ends it with the widget. */
  close(): void;
}

/** Does what may fail, and shows it where it does. */
export async function attempt(session: Session, action: () => Promise<unknown>, before = ""): Promise<void> {
  try {
    await action();
  } catch (error) {
    refuse(session, error, before);
  }
}

/** Shows what went wrong, at its field where the kernel named one. Something given up on purpose is no error. */
export function refuse(session: Session, error: unknown, before = ""): void {
  if (isAbort(error)) return;
  const message = `${before} ${reason(error)}`.trim();
  const field = error instanceof RefusedError ? error.field : null;
  session.state.set({ outcome: { kind: "problem", field, message }, said: message });
}
