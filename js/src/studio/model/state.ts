import type { Wanted } from "../../form-values";
import type { Beginnings } from "../../job/clock";
import type { Liveness } from "../../kernel/heartbeat";
import type {
  EffectsValue,
  Endpoint,
  Framing,
  Measured,
  MeasuresValue,
  Measuring,
  PlanValue,
  StudioTraits,
  Take,
} from "../../kernel/protocol";
import type { Known } from "../chain/known";
import type { Option } from "../form/SelectPill";
import type { Found } from "../wall/found";

type Shelves = Pick<StudioState, "takes" | "wall">;

/** A take by its id: one of the newest, or one that the wall has found. */
export function takeById(state: Shelves, id: string | undefined): Take | undefined {
  if (id === undefined) return undefined;
  return state.takes.find((take) => take.id === id) ?? state.wall.known.get(id);
}

/** The selected takes in the order of selection, without those that are not here any more. */
export function selectedTakes(state: Shelves & Pick<StudioState, "selected">): Take[] {
  return state.selected.flatMap((id) => takeById(state, id) ?? []);
}

/** The form as a person has filled it in; it stays in the browser until it is sent. */
export interface Draft {
  endpoint: string;
  prompt: string;
  wanted: Wanted;
  /** The endpoints that are asked beside it; undefined where one is chosen and not several. */
  models?: string[] | undefined;
  /** The model that was chosen, while the endpoint is another's: it has none for what is there. */
  meant?: string | undefined;
  /** The keys of the requests that a person has left out. */
  leftOut?: string[] | undefined;
  /** The framing that a person chose, by slot, and only for the image of this digest. */
  frames?: { [slot: string]: { digest: string; framing: Framing } };
}

/** What a person thinks of a take, besides a note. */
export type Opinion = Partial<Pick<Take, "rating" | "verdict" | "pinned">>;

/** A take that was rejected a moment ago, and what it was before. */
export interface Rejection {
  take: string;
  before: Take["verdict"];
  /** It was on the stage, which went on to the next. */
  shown: boolean;
}

/** What was done to a collection a moment ago, and can be undone. */
export interface Collected {
  collection: string;
  /** The takes that it was done to. */
  takes: string[];
  /** They were put in, and not taken out. */
  added: boolean;
  /** The collection was made for them. */
  made: boolean;
}

/** A note as it is being written, or one that the kernel has not saved yet. */
export interface NoteDraft {
  text: string;
  /** Why it is not saved, in words. */
  problem: string | null;
}

/** An image on its way, or one that did not get there. */
export interface Upload {
  name: string;
  /** Bytes; 0 for an image that the kernel takes from a URL. */
  size: number;
  received: number;
  /** Blob URL of the file, to look at while it is on its way. */
  picture: string | null;
  error: string | null;
  /** Sends it once more, where that may help. */
  again?: (() => void) | undefined;
}

/** What one take of each endpoint likely costs, in words; of those whose price is known. */
export interface Prices {
  /** What was asked, by which to tell whether it is still so. */
  of: string;
  by: { [endpoint: string]: string };
}

/** How often what the form says is asked for. */
export interface Asked {
  /** New takes even of what is there. */
  again: boolean;
  /** How many of each. */
  takes: number;
}

/** What came of the last Generate, or of loading something into the form. */
export type Outcome =
  | { kind: "problem"; field: string | null; message: string }
  /** What was asked for beside a take is done. */
  | { kind: "told"; message: string }
  /** So many new ones would be made that it is asked once more. */
  | { kind: "many"; new: number; asked: Asked }
  /** Something was loaded into the form, or put back; `before` is what stood there. */
  | { kind: "loaded"; message: string; before: Before; undone?: boolean };

/** What stood in a form. */
export type Before = Pick<StudioState, "draft" | "images">;

/** What the form would make and cost, or why its alternatives cannot be read. `old` says that the form has changed. */
export type Plan = (PlanValue & { old?: boolean }) | { problem: string };

/** All that the studio draws from. The first part mirrors the kernel's traits, the second is the browser's. */
export interface StudioState
  extends Omit<StudioTraits, "takes_shown" | "selection" | "opened" | "sheet" | "instead" | "measuring"> {
  /** The newest takes, as the kernel shows them. */
  takes: Take[];
  draft: Draft;
  beginnings: Beginnings;
  liveness: Liveness;
  uploads: { [slot: string]: Upload };
  /** What one of each model likely costs with the settings of now, as far as the kernel knows. */
  prices: Prices;
  /** A Generate has been sent and not answered yet. */
  sending: boolean;
  outcome: Outcome | null;
  /** Null until the kernel has said it. */
  plan: Plan | null;
  /** What the form was when the plan was made. */
  planned: Before | null;
  /** Jobs that were asked to cancel, with the kernel's answer once it has come. */
  cancelling: { [job: string]: string | null };
  /** The sweep that is worked on, of those that are done: undefined for the newest, null for none. */
  atWork: string | null | undefined;
  /** What the wall shows. */
  wall: Found;
  /** The steps around what is looked at; null until the kernel has said them. */
  chain: Known | null;
  /**
   * The take on the stage, or the job of that id until it is there. `press`: a person opened it, so that it may play at
   * once, `muted` in passing; `once`: it has just come in, and plays once without its sound. `file` is which of its
   * files is shown, from 0.
   */
  open: { take: string; press: boolean; muted?: boolean; once?: boolean; file?: number } | null;
  /** Takes that came in while something else was looked at, in the order in which they came. */
  unseen: ReadonlySet<string>;
  /** What a person thinks of takes that the kernel has not kept yet, by take. */
  opinions: { [take: string]: Opinion };
  /** Takes rejected a moment ago, the last one last: each can be brought back. */
  rejections: readonly Rejection[];
  /** What was done to a collection a moment ago, which can be undone. */
  collected: Collected | null;
  /** Notes that are being written, or that the kernel has not saved yet, by take. */
  notes: { [take: string]: NoteDraft };
  /** The file that came in last, until it is known whether it tells what it was made with, and what is done about that. */
  dropped?: File | null;
  /** Addresses of images as they are being written, by slot. */
  urls: { [slot: string]: string };
  /** The takes that are selected, in the order of selection. */
  selected: readonly string[];
  /** Which of the compared takes is in front, from 0, where they are on one spot; null where they are side by side. */
  blink: number | null;
  /** The take that was open before the one that is. */
  openedBefore: string | null;
  /** Why another could not be selected, in words. */
  notSelected: string | null;
  /** The views there are, oldest first. */
  views: readonly object[];
  /** The second script and its style sheet, or why it did not load; null until then. `late` knows what its parts are. */
  late: { parts: object; sheet: string } | { problem: string } | null;
  /** How far measuring the older takes is; undefined until the kernel has said it. */
  measuring?: Measuring | undefined;
  /** The measures there are; undefined until they are known, as for all of these. */
  measures?: MeasuresValue | undefined;
  /** What the wall can be sorted by besides the time. */
  sorts?: Option[];
  /** What was measured since the kernel told of a take, by take. */
  measured?: { [take: string]: Measured };
  /** The measure that a sweep is a heat map of, by sweep. */
  heat?: { [sweep: string]: string };
  /** The contact sheet that is being made or was saved last, of what is selected or found, and what is to be known of it. */
  sheet?: { of: "selected" | "found"; state: "making" | "saved" | "failed"; told?: string } | undefined;
  /** How the alternatives of a sweep did, by sweep. */
  effects?: { [sweep: string]: EffectsValue };
  /** The latest announcement for screen readers. */
  said: string;
}

/** The endpoints that are asked beside the form's own. */
export function otherEndpoints({ endpoints, draft }: Pick<StudioState, "endpoints" | "draft">): Endpoint[] {
  return endpoints.filter(({ id }) => id !== draft.endpoint && draft.models?.includes(id));
}

/** The endpoint of the form; the default where the named one is not in the catalogue. */
export function chosenEndpoint(state: Pick<StudioState, "endpoints" | "draft">): Endpoint | undefined {
  const { endpoints, draft } = state;
  return endpoints.find((endpoint) => endpoint.id === draft.endpoint) ?? defaultEndpoint(endpoints);
}

export function defaultEndpoint(endpoints: Endpoint[]): Endpoint | undefined {
  return endpoints.find((endpoint) => endpoint.default) ?? endpoints[0];
}

/** What stands in the form now. */
export function beforeOf({ draft, images }: Before): Before {
  return { draft, images };
}
