/**
 * What kernel and browser say to each other; the only place in the front end where it is written.
 *
 * State goes one way, kernel to browser, in small JSON traits. Commands and all bytes are custom messages:
 * a request `{id, type, ...fields}` with optional buffers, and exactly one reply with the same id.
 * The Python side is in `reka_notebook/widgets/protocol`; a test holds the two together.
 */

export type JSONValue = string | number | boolean | null | JSONValue[] | { [name: string]: JSONValue };

// Traits

/** One option of an endpoint, as it is drawn: a select, a switch, a number or a text. */
export interface Field {
  name: string;
  label: string;
  kind: "choice" | "switch" | "number" | "text";
  /** The values to choose from; empty unless `kind` is "choice". */
  choices: JSONValue[];
  integer: boolean;
  /** That there is such a field. */
  assumed: boolean;
  required: boolean;
  /** Drawn in the row under the prompt; the others are under "More". */
  prominent: boolean;
  /** Null where there is none. */
  default: JSONValue;
  description?: string;
  /** The unit of the value, to show behind it: "s". */
  unit?: string;
  minimum?: number;
  maximum?: number;
}

/** The input field that takes what is written. */
export interface PromptField {
  name: string;
  label: string;
  required: boolean;
  placeholder: string;
  /** How many characters there may be, or null where that is not known. */
  limit: number | null;
}

/** A place for an input image: "start" is the main one. */
export interface ImageSlot {
  slot: string;
  title: string;
  required: boolean;
}

export interface Endpoint {
  /** "kling-v3-pro/image-to-video" */
  id: string;
  title: string;
  model: string;
  /** What it is for, in words: "Image to video". */
  task: string;
  output: "video" | "image" | "audio" | "boxes" | "text";
  images: ImageSlot[];
  /** Null where it takes no words. */
  prompt: PromptField | null;
  /** In the order in which they are drawn. */
  fields: Field[];
  /** What of its input is only assumed, in words. */
  assumed: string[];
  /** What would put that right in a person's own catalogue, to begin with. */
  correction: string;
  note: string | null;
  default: boolean;
}

export interface Service {
  name: string;
  url: string;
  sandbox: boolean;
  /** What keeps the service from being used, in words, with what to do; null when nothing does. */
  problem: string | null;
}

/** What the form says, as far as the kernel knows: what Python set, or what a page sent of what a person wrote. */
export interface Form {
  endpoint: string;
  prompt: string;
  settings: { [name: string]: JSONValue };
  /** The endpoints that are asked beside it. */
  models?: string[];
  /** The page that wrote it, which need not be told its own words; nothing where every page is to show this. */
  by?: string;
}

/** What of an image is sent: all of it, a part of it, or all of it with a margin around. */
export interface Framing {
  fit: "whole" | "crop" | "pad";
  /** The part: left, top, width and height in pixels of the upright source. */
  box?: number[] | null;
  /** "16:9": what a margin leads to. */
  ratio?: string | null;
  /** The margin's, "#rrggbb". */
  colour?: string | null;
  /** The request's aspect ratio when this was decided, or null where it had none. */
  aspect?: string | null;
}

export interface Image {
  slot: string;
  digest: string;
  name: string;
  width: number | null;
  height: number | null;
  bytes: number | null;
  /** What will be sent, in words: "2048 × 1536 JPEG, 612 KB". */
  sends: string;
  /** How it was framed when it was given or last sent; null where nothing was decided. */
  framing: Framing | null;
}

export type JobState =
  | "prepared"
  | "submitting"
  | "queued"
  | "running"
  | "fetching"
  | "kept"
  | "failed"
  | "cancelled"
  | "expired";

export interface Job {
  id: string;
  endpoint: string;
  title: string;
  prompt: string;
  state: JobState;
  /** The state in words: "Waiting in the queue, 2 ahead". */
  stage: string;
  queue_position: number | null;
  /** Seconds at the time of sending; the browser counts on from there while the job is unfinished. */
  elapsed: number;
  /** Seconds in all, or null where nothing is known. */
  expected: number | null;
  /** Digest of the start image, to ask `preview` for. */
  image: string | null;
  error: string | null;
  note: string | null;
  can_cancel: boolean;
  /** The last lines of the service's own log. */
  log: string[];
  /** Another studio has asked for it. */
  elsewhere: boolean;
}

export interface Take {
  id: string;
  endpoint: string;
  title: string;
  prompt: string;
  settings: { [name: string]: JSONValue };
  kind: "video" | "image" | "audio" | "other";
  media_type: string;
  width: number | null;
  height: number | null;
  /** Seconds. */
  duration: number | null;
  /** Frames a second, where the file says it. */
  fps: number | null;
  has_audio: boolean;
  bytes: number;
  /** Seconds since 1970. */
  created: number;
  /** Seconds from asking to having, or null. */
  took: number | null;
  /** The file's name. */
  file: string;
  /** What is odd about its file, in words. */
  remarks: string[];
  kept_already: boolean;
  /** Pinned: never pruned. */
  pinned: boolean;
  /** 1 to 3, or 0 where there is none. */
  rating: number;
  note: string;
  /** Asked for from this notebook. */
  here: boolean;
}

/** How many takes there are. */
export interface Counts {
  all: number;
  /** Of this notebook; null where the host does not say which it is. */
  here: number | null;
  models: Model[];
}

/** A model that there are takes of. */
export interface Model {
  /** "kling-v3-pro" */
  id: string;
  title: string;
}

/** One place of a sweep. */
export interface SweepPlace {
  prompt: string;
  /** "waiting": not submitted, and so costs nothing yet. */
  state: "waiting" | JobState;
  /** The state in words. */
  stage: string;
  /** Its job's id, and its take's once it is kept. */
  job: string | null;
  error: string | null;
}

/** Several requests as one. */
export interface Sweep {
  id: string;
  endpoint: string;
  title: string;
  /** The headings of the columns and of the rows; one row has none. */
  columns: string[];
  rows: string[];
  /** Row by row. */
  places: SweepPlace[];
  /** Where it stands: "3 of 6 done, 1 failed". */
  words: string;
  /** How many places have come to their end, good or bad. */
  finished: number;
  done: boolean;
  paused: boolean;
  cancelled: boolean;
  /** Why it paused by itself, and what to do. */
  note: string | null;
}

/** Traits of the studio. */
export interface StudioTraits {
  /** The class of the words that stand beside it for where it is not drawn. */
  instead: string;
  endpoints: Endpoint[];
  service: Service;
  form: Form;
  images: Image[];
  /** Unfinished ones, first submitted first; then those that ended badly and were not dismissed yet. */
  jobs: Job[];
  /** Newest first, those that are done until they are dismissed. */
  sweeps: Sweep[];
  /** Newest first, at most 60. */
  takes_shown: Take[];
  counts: Counts;
  /** The takes that are selected to be compared, for a page that is loaded again. */
  selection: Take[];
  /** The style sheet. */
  sheet: string;
}

/** Traits of the progress view of one job. */
export interface ProgressTraits {
  job: Job;
  /** The style sheet. */
  sheet: string;
}

// Commands: the fields of each request and the value of its reply

/** A request without fields, a reply without a value. */
export type Nothing = Record<string, never>;

export interface GenerateFields {
  endpoint: string;
  prompt: string;
  settings: { [name: string]: JSONValue };
  /** Slot to digest. */
  images: { [slot: string]: string };
  /** Ask for another take of what may be kept already. */
  again: boolean;
  /** Slot to what of its image is sent; where it is not said, that is as the image was given. */
  frames?: { [slot: string]: Framing };
}
export interface GenerateValue {
  job: string;
  /** The take was there already and nothing was asked; `job` is then the take's id. */
  kept: boolean;
}

/** What the form says; a setting may be a list of several values. */
export interface PlanFields {
  endpoint: string;
  prompt: string;
  settings: { [name: string]: JSONValue };
  /** Slot to digest. */
  images: { [slot: string]: string };
  frames?: { [slot: string]: Framing };
  models?: OtherModel[];
}
/** An endpoint that is asked for the same beside the form's own, with the settings as it takes them. */
export interface OtherModel {
  endpoint: string;
  settings: { [name: string]: JSONValue };
}
export interface PlanValue {
  count: number;
  /** Of them, those that are kept already and cost nothing. */
  kept: number;
  /** Those that are being made. */
  underway: number;
}
export interface SweepBeginFields extends PlanFields {
  /** How many new ones the person has been told of and wants; 0 at first. */
  agreed: number;
  /** Another take of each, also where one is kept. */
  again: boolean;
}
export interface SweepValue {
  /** Null where there were no axes, or where `new` are more than agreed to. */
  sweep: string | null;
  /** What became of the one that it was without axes. */
  one: GenerateValue | null;
  new: number;
}
export interface SweepControlFields {
  sweep: string;
  do: "pause" | "resume" | "cancel" | "dismiss";
}

export interface JobFields {
  job: string;
}
/** What a cell's job left, as HTML that needs nothing else; empty where it left no take. */
export interface ResultValue {
  html: string;
}

export interface CancelValue {
  message: string;
}

export interface UploadBeginFields {
  slot: string;
  name: string;
  size: number;
  media_type: string;
}
export interface UploadBeginValue {
  upload: string;
  /** Bytes in each chunk but the last. */
  chunk: number;
  /** Chunks that a message may hold. */
  together: number;
  /** A file of as many bytes is there, and may be this one: ask by its digest before a chunk is sent. */
  alike: boolean;
  /** This host loses messages with buffers: chunks are sent as base64. */
  as_text: boolean;
}

export interface UploadKnownFields {
  upload: string;
  /** "sha256:" and what the file's bytes are by it. */
  digest: string;
}
export interface UploadKnownValue {
  /** The file is there already, and no chunk need come. */
  known: boolean;
}

/** Its buffers hold the chunk and those that follow it. */
export interface UploadChunkFields {
  upload: string;
  index: number;
  /** The chunks as base64, in the place of the buffers. */
  text?: string[];
}
export interface UploadChunkValue {
  /** Bytes in all. */
  received: number;
}

export interface UploadFields {
  upload: string;
}

export interface ImageUrlFields {
  slot: string;
  url: string;
}
export interface ImageClearFields {
  slot: string;
}
export interface ImageFrameFields {
  slot: string;
  digest: string;
  framing: Framing;
}
export interface ImageFrameValue {
  /** What would be sent, in words. */
  sends: string;
}
export interface ImageTakeFields {
  slot: string;
  take: string;
}

export interface PreviewFields {
  digest: string;
}
export interface TakeFields {
  take: string;
}
export interface PinFields {
  take: string;
  pinned: boolean;
}
export interface RateFields {
  take: string;
  /** 1 to 3; 0 takes the rating away. */
  rating: number;
}
export interface NoteFields {
  take: string;
  /** At most 2,000 characters; none takes the note away. */
  note: string;
}
/** What takes must be like; all of it. */
export interface FindFields {
  /** Each is in the prompt, in capitals or not; at most 200 characters in all. */
  words: string;
  model: string | null;
  /** Seconds since 1970. */
  since: number | null;
  until: number | null;
  /** At least; 0 for all. */
  rating: number;
  pinned: boolean;
  /** Of this notebook alone. */
  here: boolean;
  /** The page behind this take; null for the newest. */
  after: string | null;
  /** At most 200. */
  limit: number;
}
export interface FindValue {
  takes: Take[];
  /** All that fit. */
  total: number;
  /** What the next page comes after, or null where there is none. */
  next: string | null;
}
export interface RecallFields {
  take: string;
  /** Its seed too. */
  seed: boolean;
}
/** The reply's buffer holds a small JPEG. */
export interface PictureValue {
  media_type: string;
}
/** The reply's buffer holds the file. */
export interface MediaValue {
  media_type: string;
  name: string;
}

/** What a person has written so far, sent when they pause. */
export interface DraftFields {
  endpoint: string;
  prompt: string;
  settings: { [name: string]: JSONValue };
  /** Names the page. */
  by: string;
  models?: string[];
}
export interface SelectedFields {
  /** The takes that are selected to be compared; at most four. */
  takes: string[];
  /** The one in the player. */
  open: string | null;
}
export interface HistoryFields {
  limit: number;
}
export interface HistoryValue {
  /** The newest first, each once. */
  prompts: string[];
}
/** A text with its heading. */
export interface Passage {
  label: string;
  text: string;
}
export interface DetailsValue {
  facts: Passage[];
  answers: Passage[];
  /** What makes the same request again, as a cell and as Python; null where it cannot be written so. */
  cell: string | null;
  python: string | null;
}

export interface CompareFields {
  /** Two to four. */
  takes: string[];
}
/** A piece of a prompt; all together are the prompt. */
export interface Piece {
  text: string;
  /** Not all the prompts have it. */
  differs: boolean;
}
/** A setting, with what each take has for it; empty where that is not known. */
export interface Difference {
  name: string;
  values: string[];
}
export interface CompareValue {
  prompts: Piece[][];
  differing: Difference[];
  /** What all of them share, in words. */
  shared: string[];
}

/** Every command, with the fields of its request and the value of its reply. */
export interface Commands {
  ping: { fields: Nothing; value: Nothing };
  generate: { fields: GenerateFields; value: GenerateValue };
  /** Counts, and sends nothing to the service. */
  plan: { fields: PlanFields; value: PlanValue };
  sweep_begin: { fields: SweepBeginFields; value: SweepValue };
  sweep_control: { fields: SweepControlFields; value: Nothing };
  cancel: { fields: JobFields; value: CancelValue };
  dismiss: { fields: JobFields; value: Nothing };
  result: { fields: Nothing; value: ResultValue };
  upload_begin: { fields: UploadBeginFields; value: UploadBeginValue };
  upload_known: { fields: UploadKnownFields; value: UploadKnownValue };
  upload_chunk: { fields: UploadChunkFields; value: UploadChunkValue };
  upload_end: { fields: UploadFields; value: Image };
  upload_abort: { fields: UploadFields; value: Nothing };
  image_url: { fields: ImageUrlFields; value: Image };
  image_clear: { fields: ImageClearFields; value: Nothing };
  image_frame: { fields: ImageFrameFields; value: ImageFrameValue };
  image_take: { fields: ImageTakeFields; value: Image };
  preview: { fields: PreviewFields; value: PictureValue };
  poster: { fields: TakeFields; value: PictureValue };
  media: { fields: TakeFields; value: MediaValue };
  /** Its images are put into their places; the form is to be filled with the reply. */
  recall: { fields: RecallFields; value: Form };
  next_shot: { fields: TakeFields; value: Image };
  pin: { fields: PinFields; value: Nothing };
  draft: { fields: DraftFields; value: Nothing };
  selected: { fields: SelectedFields; value: Nothing };
  history: { fields: HistoryFields; value: HistoryValue };
  details: { fields: TakeFields; value: DetailsValue };
  gif: { fields: TakeFields; value: MediaValue };
  compare: { fields: CompareFields; value: CompareValue };
  rate: { fields: RateFields; value: Nothing };
  note: { fields: NoteFields; value: Nothing };
  find: { fields: FindFields; value: FindValue };
}

export type Command = keyof Commands;

/** A request on the wire; the command's fields are beside `id` and `type`. */
export type Request<C extends Command = Command> = { id: string; type: C } & Commands[C]["fields"];

export interface Refusal {
  message: string;
  /** The input field at fault, where there is one. */
  field: string | null;
}

/** A reply on the wire. */
export type Reply<C extends Command = Command> =
  | { id: string; type: "reply"; ok: true; value: Commands[C]["value"]; parts: number; text?: string }
  | { id: string; type: "reply"; ok: false; error: Refusal };

/** Before a reply: a part of its file, in the message's one buffer. The reply says how many there are. */
export interface Part {
  id: string;
  type: "part";
  /** From 0 on. */
  index: number;
  /** What would be in the message's buffer, as base64, where the host loses messages with buffers. */
  text?: string;
}
