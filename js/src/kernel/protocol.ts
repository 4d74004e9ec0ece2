/**
 * What kernel and browser say to each other.
 *
 * Made from `reka_notebook/widgets/protocol` by `make protocol`; do not edit it here.
 */

/** Hold no fields, or no value. */
export type Nothing = Record<string, never>;
export type JSONValue =
  | string
  | number
  | boolean
  | null
  | JSONValue[]
  | {
      [k: string]: JSONValue;
    };
export type AnyValue =
  | BoxesValue
  | CancelValue
  | ChainCodeValue
  | ChainValue
  | ChatPlanValue
  | CollectValue
  | CompareValue
  | DescribeValue
  | DetailsValue
  | EffectsValue
  | FamilyValue
  | FindValue
  | Form
  | FrameValue
  | GenerateValue
  | HistoryValue
  | Image
  | JudgedValue
  | JudgingValue
  | LateValue
  | MeasuredValue
  | MeasuresValue
  | MediaValue
  | Nothing
  | PictureValue
  | PlanValue
  | PricesValue
  | ReadRecipeValue
  | RefreshModelsValue
  | ResultValue
  | SaveValue
  | SpriteValue
  | StepTakesValue
  | SuggestValue
  | SweepValue
  | TakeBackValue
  | UploadBeginValue
  | UploadChunkValue
  | UploadKnownValue
  | VoteValue
  | VotesPlanValue
  | VotesValue
  | WithSoundValue;

/** Every command, with the fields of its request and the value of its answer. */
export interface Commands {
  /** Ask whether the kernel is there. */
  ping: {
    fields: Nothing;
    value: Nothing;
  };
  /** Say that a video or a sound plays in the page; said again every few seconds while one does. */
  playing: {
    fields: Nothing;
    value: Nothing;
  };
  /** Ask for what the studio draws only once it is wanted. */
  late: {
    fields: Nothing;
    value: LateValue;
  };
  /** Make what the form says. */
  generate: {
    fields: {
      endpoint: string;
      prompt: string;
      settings: {
        [k: string]: JSONValue;
      };
      /** A digest for each slot. */
      images: {
        [k: string]: string;
      };
      /** Make another take even where one is kept. */
      again: boolean;
      /** What is sent of the image in a slot; a slot that is missing is sent as its image was given. */
      frames?: {
        [k: string]: Framing;
      };
    };
    value: GenerateValue;
  };
  /** Ask how many takes the form would make, at what price; nothing is sent to the service. */
  plan: {
    fields: {
      endpoint: string;
      prompt: string;
      /** A setting may be a list of several values. */
      settings: {
        [k: string]: JSONValue;
      };
      /** A digest for each slot. */
      images: {
        [k: string]: string;
      };
      frames?: {
        [k: string]: Framing;
      };
      models?: OtherModel[];
      /** The keys of the requests that are not to be made. */
      left_out?: string[];
    };
    value: PlanValue;
  };
  /** Ask what one take of each of these likely costs; nothing is sent to the service. */
  prices: {
    fields: {
      models: OtherModel[];
    };
    value: PricesValue;
  };
  /** Make everything that the form says. */
  sweep_begin: {
    fields: {
      endpoint: string;
      prompt: string;
      settings: {
        [k: string]: JSONValue;
      };
      images: {
        [k: string]: string;
      };
      /** How many new takes were announced to the user and agreed to; 0 at first. */
      agreed: number;
      /** Make new takes of each, even where one is kept. */
      again: boolean;
      /** How many of each. */
      takes?: number;
      frames?: {
        [k: string]: Framing;
      };
      models?: OtherModel[];
      /** As in the plan. */
      left_out?: string[];
    };
    value: SweepValue;
  };
  /** Pause, resume, cancel, retry or dismiss a sweep as a whole. */
  sweep_control: {
    fields: {
      sweep: string;
      /** `retry` asks once more for what failed, timed out or was cancelled; `dismiss` takes a finished sweep off the list. */
      do: "cancel" | "dismiss" | "pause" | "resume" | "retry";
    };
    value: Nothing;
  };
  /** Cancel a job. */
  cancel: {
    fields: {
      job: string;
    };
    value: CancelValue;
  };
  /** Take an ended job off the list. */
  dismiss: {
    fields: {
      job: string;
    };
    value: Nothing;
  };
  /** Ask once more for what a job did not make, just as it was; in its position, where it is one of a sweep. */
  retry: {
    fields: {
      job: string;
    };
    value: GenerateValue;
  };
  /** Put a job's request back into the form, to change it: its images into their slots, the rest as the answer. */
  recall_job: {
    fields: {
      job: string;
      /** The page that asks, which fills its form by the answer. */
      by: string;
    };
    value: Form;
  };
  /** Ask for what a cell's job left, to be shown in place of its progress. */
  result: {
    fields: Nothing;
    value: ResultValue;
  };
  /** Announce an image that will be sent in chunks. */
  upload_begin: {
    fields: {
      slot: string;
      name: string;
      size: number;
      media_type: string;
    };
    value: UploadBeginValue;
  };
  /** Ask whether the file is here already. */
  upload_known: {
    fields: {
      upload: string;
      /** `sha256:` and the hash that the browser computed of the file. */
      digest: string;
    };
    value: UploadKnownValue;
  };
  /** Send a chunk and those that follow it, each in a buffer of its own. */
  upload_chunk: {
    fields: {
      upload: string;
      /** The first chunk's, from 0. */
      index: number;
      /** The chunks as base64, in place of the buffers. */
      text?: string[];
    };
    value: UploadChunkValue;
  };
  /** Say that the last chunk was sent, and ask for the image it makes. */
  upload_end: {
    fields: {
      upload: string;
    };
    value: Image;
  };
  /** Forget an upload. */
  upload_abort: {
    fields: {
      upload: string;
    };
    value: Nothing;
  };
  /** Put an image into a slot that the service fetches itself. */
  image_url: {
    fields: {
      slot: string;
      url: string;
    };
    value: Image;
  };
  /** Empty a slot. */
  image_clear: {
    fields: {
      slot: string;
    };
    value: Nothing;
  };
  /** Ask what would be sent of the image in a slot. */
  image_frame: {
    fields: {
      slot: string;
      digest: string;
      /** As it would be framed. */
      framing: Framing;
    };
    value: FrameValue;
  };
  /** Put a take's picture into a slot: a frame of a video, or an image. */
  image_take: {
    fields: {
      slot: string;
      take: string;
      /** When the frame is shown, in seconds; None for the last one. */
      at?: number | null;
      /** Which of the take's files, from 0. */
      file?: number;
    };
    value: Image;
  };
  /** Put the sample photograph into a slot, for who has none at hand. */
  image_sample: {
    fields: {
      slot: string;
    };
    value: Image;
  };
  /** Put back the images that were in the slots before others were loaded; what else is there goes. */
  images_restore: {
    fields: {
      /** Their digests, by slot. */
      images: {
        [k: string]: string;
      };
      /** How they were framed, by slot. */
      frames?: {
        [k: string]: Framing;
      };
    };
    value: Nothing;
  };
  /** Ask for a small picture of an input image. */
  preview: {
    fields: {
      digest: string;
    };
    value: PictureValue;
  };
  /** Ask for a picture of a take. */
  poster: {
    fields: {
      take: string;
      /** Of which of the take's files, from 0. */
      file?: number;
    };
    value: PictureValue;
  };
  /** Ask for frames from all over a take's film, as one picture. */
  sprite: {
    fields: {
      take: string;
    };
    value: SpriteValue;
  };
  /** Ask for a file of a take. */
  media: {
    fields: {
      take: string;
      /** Which of the take's files, from 0. */
      file?: number;
    };
    value: MediaValue;
  };
  /** Ask for the boxes of a take, and for the image that they are on. */
  boxes: {
    fields: {
      take: string;
    };
    value: BoxesValue;
  };
  /** Put a sound under a video, as a new take; no service is asked, and nothing is charged. */
  with_sound: {
    fields: {
      /** A take. */
      video: string;
      /** A take that has a sound. */
      sound: string;
      /** When it begins, in seconds from the video's beginning. */
      at: number;
      /** How loud it is, 1 for as it is. */
      level: number;
      /** What becomes of the video's own sound. */
      own: "keep" | "lower" | "replace";
    };
    value: WithSoundValue;
  };
  /** Put a take's request back into the form: its images into their slots, the rest as the answer. */
  recall: {
    fields: {
      take: string;
      /** Its seed too. */
      seed: boolean;
      /** The page that asks: it has the answer, and fills its form by itself. */
      by?: string;
    };
    value: Form;
  };
  /** Begin what comes next with a frame of a take, or with the take itself if it is an image; other images go. */
  next_shot: {
    fields: {
      take: string;
      /** When the frame is shown, in seconds; None for the last one. */
      at?: number | null;
      /** Which of the take's files, from 0. */
      file?: number;
    };
    value: Image;
  };
  /** Put a take among those that are shown, however old it is; nothing is asked for. */
  show_take: {
    fields: {
      take: string;
    };
    value: Nothing;
  };
  /** Pin a take so that it is never pruned, or unpin it. */
  pin: {
    fields: {
      take: string;
      pinned: boolean;
    };
    value: Nothing;
  };
  /** Tell the kernel what has been written so far; sent when the writer pauses. */
  draft: {
    fields: {
      endpoint: string;
      prompt: string;
      settings: {
        [k: string]: JSONValue;
      };
      /** The page it was written in. */
      by: string;
      models?: string[];
    };
    value: Nothing;
  };
  /** Tell the kernel which takes are selected. */
  selected: {
    fields: {
      takes: string[];
      /** The one on the stage, or a job in the place of its take. */
      open: string | null;
    };
    value: Nothing;
  };
  /** Ask for the prompts of earlier takes. */
  history: {
    fields: {
      /** The most to return. */
      limit: number;
    };
    value: HistoryValue;
  };
  /** Ask the service for the account's list of models. */
  refresh_models: {
    fields: Nothing;
    value: RefreshModelsValue;
  };
  /** Use an API key that a person has typed in; the only message that holds one, and no answer does. */
  use_key: {
    fields: {
      key: string;
      /** Keep it in the keyring of this machine too. */
      keep: boolean;
    };
    value: Nothing;
  };
  /** Start a sandbox in this kernel and send what is asked for there, or go back to where it went before. */
  use_sandbox: {
    fields: {
      on: boolean;
    };
    value: Nothing;
  };
  /** Ask for a take's request, raw answers, cost and file, in words. */
  details: {
    fields: {
      take: string;
    };
    value: DetailsValue;
  };
  /** Ask how takes differ. */
  compare: {
    fields: {
      takes: string[];
    };
    value: CompareValue;
  };
  /** Ask for a file to be saved outside the library. */
  save: {
    fields: {
      take: string;
      /** Which of the take's files, from 0. */
      file?: number;
      /** The file, its poster, or an animated GIF of it. */
      what?: "file" | "gif" | "poster";
      /** Whether it says in its metadata how it was made. */
      recipe?: boolean;
    };
    value: SaveValue;
  };
  /** Ask for a contact sheet, as a page to be saved. */
  sheet: {
    fields: {
      takes: string[];
      title: string;
    };
    value: SaveValue;
  };
  /** Read the recipe in a file. */
  read_recipe: {
    fields: {
      /** The bytes around it, as base64. */
      part: string;
    };
    value: ReadRecipeValue;
  };
  /** Fill the form with what a file was made with. */
  use_recipe: {
    fields: {
      key: string;
      /** The page that asks for it. */
      by: string;
    };
    value: Form;
  };
  /** Ask for the takes that match all of this, newest first or by a measure. */
  find: {
    fields: {
      /** Each is in the prompt, in capitals or not. */
      words: string;
      model: string | null;
      /** In seconds since 1970. */
      since: number | null;
      /** In seconds since 1970. */
      until: number | null;
      /** At least this; 0 for all. */
      rating: number;
      /** Those that are picked, rejected, or not judged at all, or that are flagged as probably wrong or not; None for all but the rejected. */
      verdict: ("flagged" | "picked" | "rejected" | "unflagged" | "unjudged") | null;
      pinned: boolean;
      /** Only those of this notebook. */
      here: boolean;
      /** The take to continue behind, or None to start with the first. */
      after: string | null;
      limit: number;
      /** Only those of this kind; None for all. */
      kind?: ("audio" | "boxes" | "image" | "other" | "video") | null;
      /** Only those that the person who looks asked for. */
      mine?: boolean;
      /** Only those in this collection; None for all. */
      collection?: string | null;
      /** The measure that they are sorted by, those that are not measured last; None for the newest first. */
      by?: string | null;
      /** Whether those with the least of it are first. */
      least_first?: boolean;
    };
    value: FindValue;
  };
  /** Rate a take. */
  rate: {
    fields: {
      take: string;
      /** 1 to 3; 0 takes the rating away. */
      rating: number;
    };
    value: Nothing;
  };
  /** Pick a take or reject it; None takes that back. */
  judge: {
    fields: {
      take: string;
      verdict: ("picked" | "rejected") | null;
    };
    value: Nothing;
  };
  /** Write a note on a take. */
  note: {
    fields: {
      take: string;
      /** An empty one takes the note away. */
      note: string;
    };
    value: Nothing;
  };
  /** Ask for pairs of takes to judge. */
  begin_judging: {
    fields: {
      /** Empty in a cell, which has its own. */
      takes: string[];
    };
    value: JudgingValue;
  };
  /** Judge a pair, or skip it. Repeated for the same pair, it still saves one judgement. */
  vote: {
    fields: {
      judging: string;
      pair: string;
      choice: "left" | "right" | "skip" | "tie";
      /** Answer with one more pair. */
      more: boolean;
    };
    value: VoteValue;
  };
  /** Ask what asking a chat model would send and cost. */
  votes_plan: {
    fields: {
      judging: string;
    };
    value: VotesPlanValue;
  };
  /** Begin to ask a chat model what was planned. */
  ask_votes: {
    fields: {
      judging: string;
    };
    value: VotesValue;
  };
  /** Ask how far a chat model is. */
  votes_so_far: {
    fields: {
      judging: string;
      /** Ask it nothing more; what it is looking at now still counts. */
      stop: boolean;
    };
    value: VotesValue;
  };
  /** Take back the last judgement of a pair. */
  take_back: {
    fields: {
      judging: string;
      /** None for the last judgement of an earlier page. */
      pair: string | null;
    };
    value: TakeBackValue;
  };
  /** Ask what won so far, with the names. */
  judged: {
    fields: {
      judging: string;
    };
    value: JudgedValue;
  };
  /** Ask which measures there are, and what the library has of each. */
  measures: {
    fields: Nothing;
    value: MeasuresValue;
  };
  /** Ask what was measured of some takes. */
  measured: {
    fields: {
      takes: string[];
    };
    value: MeasuredValue;
  };
  /** Measure the takes that are not measured yet, or stop that; measures taken by then stay. */
  measure_older: {
    fields: {
      on: boolean;
    };
    value: Nothing;
  };
  /** Ask how the alternatives of a sweep did, in the judgements of its takes. */
  effects: {
    fields: {
      sweep: string;
    };
    value: EffectsValue;
  };
  /** Put takes into a collection, which is made where there is none of that name. */
  collect: {
    fields: {
      takes: string[];
      collection: string;
      /** Whether one that is made is shared with the team. */
      shared?: boolean;
    };
    value: CollectValue;
  };
  /** Take takes out of a collection; they stay in the library. */
  uncollect: {
    fields: {
      takes: string[];
      collection: string;
      /** Remove the collection too, if nothing is left in it. */
      discard?: boolean;
    };
    value: Nothing;
  };
  /** Share one's own collection with the team, or keep it for oneself again. */
  share_collection: {
    fields: {
      collection: string;
      shared: boolean;
    };
    value: Nothing;
  };
  /** Ask for the steps before and after a take; without one, for those of the images in the form. */
  chain: {
    fields: {
      take?: string | null;
      /** The form's images, a digest for each slot. */
      images?: {
        [k: string]: string;
      };
    };
    value: ChainValue;
  };
  /** Ask for code that makes a take and all that led to it. */
  chain_code: {
    fields: {
      take: string;
    };
    value: ChainCodeValue;
  };
  /** Ask for takes by their ids, such as those of a step; one that is not there any more is left out. */
  step_takes: {
    fields: {
      takes: string[];
    };
    value: StepTakesValue;
  };
  /** Make a step again from the newer pick; answered as a sweep is. */
  redo_step: {
    fields: {
      /** The step's id. */
      step: string;
      /** The pick that was announced with the step. Where another one was picked meanwhile, nothing is asked. */
      pick: string;
      /** How many new takes were announced to the user and agreed to; 0 at first. */
      agreed: number;
      /** The take that the chain was asked for. */
      take?: string | null;
      images?: {
        [k: string]: string;
      };
    };
    value: SweepValue;
  };
  /** Ask for the takes that led to a take, and those that came from it. */
  family: {
    fields: {
      take: string;
      /** Leave out what is rejected or rated 1, unless something better came from it. */
      hide_low?: boolean;
    };
    value: FamilyValue;
  };
  /** Ask what help with the prompt would send and cost. */
  suggest_plan: {
    fields: {
      endpoint: string;
      prompt: string;
      /** A digest for each slot. */
      images: {
        [k: string]: string;
      };
      /** Ask anew, even where it was answered in this session. */
      again: boolean;
      /** What is sent of the image in a slot. */
      frames?: {
        [k: string]: Framing;
      };
    };
    value: ChatPlanValue;
  };
  /** Ask for rewritings of the prompt. */
  suggest: {
    fields: {
      endpoint: string;
      prompt: string;
      /** A digest for each slot. */
      images: {
        [k: string]: string;
      };
      /** Ask anew, even where it was answered in this session. */
      again: boolean;
      /** What is sent of the image in a slot. */
      frames?: {
        [k: string]: Framing;
      };
    };
    value: SuggestValue;
  };
  /** Ask what looking at a take would send and cost. */
  describe_plan: {
    fields: {
      take: string;
    };
    value: ChatPlanValue;
  };
  /** Ask what is seen in a take. */
  describe: {
    fields: {
      take: string;
    };
    value: DescribeValue;
  };
}
/** Hold the second script and its style sheet, as texts. */
export interface LateValue {
  script: string;
  sheet: string;
}
/** Say what is sent of an image: all, a part, or all with a margin. */
export interface Framing {
  fit: "crop" | "pad" | "whole";
  /** The part's left, top, width and height, in pixels of the upright source. */
  box?: number[] | null;
  /** The aspect ratio that a margin leads to, such as `16:9`. */
  ratio?: string | null;
  /** The margin's colour, as `#rrggbb`. */
  colour?: string | null;
  /** The request's aspect ratio when this was decided, or None where it had none. */
  aspect?: string | null;
}
/** Name the job that makes the take. */
export interface GenerateValue {
  job: string;
  /** The take was kept already and nothing was asked; `job` is the take's id. */
  kept: boolean;
  /** What there is to say where another person of the team has asked for the same. */
  told?: string;
}
/** Ask another endpoint for the same. */
export interface OtherModel {
  endpoint: string;
  /** The form's settings as this endpoint takes them. */
  settings: {
    [k: string]: JSONValue;
  };
}
/** Count the takes that the form would make, and say what they would cost. */
export interface PlanValue {
  /** Without those that are left out. */
  count: number;
  /** How many of them are kept already and cost nothing. */
  kept: number;
  /** How many of them are being made. */
  underway: number;
  price: Price;
  /** The budget that has the least left; None where there is none. */
  limit: Limit | null;
  /** Every request in the order of the grid, also what is left out. */
  requests: PlannedRequest[];
  /** For one, two and four more takes; without those that would be too many. */
  more: MoreTakes[];
}
/** Say in words what the form would likely cost. */
export interface Price {
  /** How many requests would be charged. */
  new: number;
  /** Whether `amount` names dollars. */
  known: boolean;
  /** Such as `about $1.30`. */
  amount: string;
  /** What it may also be, such as `maybe $1.00 to $1.70`; empty where the bills agree. */
  span: string;
  /** What it rests on, such as `from 4 bills · 10 s of video`. */
  basis: string;
  /** The same by model, such as `Veo 3.1 about $0.65`; empty for one model. */
  parts: string[];
}
/** Say in words what a budget leaves. */
export interface Limit {
  /** Such as `$3.40 of $20 left today`. */
  left: string;
  /** Why the form would be refused, and what would fit; None where it fits. */
  over: string | null;
}
/** Say which one of the form's requests this is, and where it stands. */
export interface PlannedRequest {
  /** What it is left out by, whatever else of the form changes. */
  key: string;
  /** What sets it apart from the others, such as `slow · Duration 8 s`; empty where it is the only one. */
  words: string;
  state: "made" | "new" | "running";
  /** The job that made it or is making it, of a form that makes only this one. */
  job: string | null;
  left_out: boolean;
}
/** Say what so many new takes of each request would cost, beside those there are. */
export interface MoreTakes {
  takes: number;
  /** How many that are in all. */
  new: number;
  amount: string;
  /** Why a budget would refuse them; None where they fit. */
  over: string | null;
}
/** Say what one take of each endpoint likely costs, in words, by endpoint; of those whose price is known. */
export interface PricesValue {
  prices: {
    [k: string]: string;
  };
}
/** Name the sweep that was begun. */
export interface SweepValue {
  /** None where there were no axes, or where `new` is more than was agreed to. */
  sweep: string | null;
  /** What came of the one request, where there were no axes. */
  one: GenerateValue | null;
  new: number;
}
/** Say what came of cancelling the job. */
export interface CancelValue {
  message: string;
}
/** Say what the form holds: what Python set, or what a page sent of what was written in it. */
export interface Form {
  endpoint: string;
  prompt: string;
  settings: {
    [k: string]: JSONValue;
  };
  /** The endpoints asked beside `endpoint`. */
  models?: string[];
  /** The page that wrote it and need not be told; empty where every page is to show it. */
  by?: string;
}
/** Hold what the job left in its cell. */
export interface ResultValue {
  /** It needs nothing else to be shown; empty where the job left no take. */
  html: string;
}
/** Say how the file is to be sent. */
export interface UploadBeginValue {
  upload: string;
  /** Bytes in each chunk but the last. */
  chunk: number;
  /** The most chunks in one message. */
  together: number;
  /** A file of this size is here and may be the same one: send its digest before any chunk. */
  alike: boolean;
  /** This host loses messages with buffers, so chunks are sent as base64. */
  as_text: boolean;
}
/** Say whether the file is here. */
export interface UploadKnownValue {
  /** It is, and no chunk need be sent. */
  known: boolean;
}
/** Say how much has arrived. */
export interface UploadChunkValue {
  /** Bytes in all. */
  received: number;
}
/** Describe the image in a slot. */
export interface Image {
  slot: string;
  digest: string;
  name: string;
  width: number | null;
  height: number | null;
  bytes: number | null;
  /** What will be sent, such as `2048 × 1536 JPEG, 612 KB`. */
  sends: string;
  /** How it was framed when it was given or last sent, or None where nothing was decided. */
  framing: Framing | null;
}
/** Say what would be sent. */
export interface FrameValue {
  /** As in `Image`. */
  sends: string;
}
/** Say what kind of picture the answer's buffer holds. */
export interface PictureValue {
  media_type: string;
}
/** Say how the sprite in the answer's buffer is laid out: frames of equal size in rows, from first to last. */
export interface SpriteValue {
  media_type: string;
  frames: number;
  columns: number;
  /** Pixels of one frame. */
  width: number;
  /** Likewise. */
  height: number;
}
/** Name the file that the answer's buffer holds. */
export interface MediaValue {
  media_type: string;
  name: string;
}
/** Say what was found in the image that the answer's buffer holds a picture of. */
export interface BoxesValue {
  /** Empty where the image is not in the library, and there is no picture. */
  media_type: string;
  /** Pixels of the image, and not of the picture; None if that is not known. */
  width: number | null;
  /** Likewise. */
  height: number | null;
  boxes: Box[];
}
/** Say what was found in an image, and where. */
export interface Box {
  /** What it is; empty where the service does not say. */
  label: string;
  /** Left, top, width and height in pixels of the image, upright and whole; None if its size is not known. */
  pixels: number[] | null;
  /** The same as parts of the image's width and height, from 0 to 1; None if its size is not known. */
  relative: number[] | null;
  /** How sure the service is, from 0 to 1, where it says so. */
  score: number | null;
}
/** Name the take of a video with a sound under it. */
export interface WithSoundValue {
  take: string;
  /** It was made before, and is among the takes. */
  kept: boolean;
}
/** List earlier prompts. */
export interface HistoryValue {
  /** The newest first, each once. */
  prompts: string[];
}
/** Say in words what the account's list has now; the menu itself comes as a trait. */
export interface RefreshModelsValue {
  message: string;
}
/** Say all that is known of a take. */
export interface DetailsValue {
  facts: Passage[];
  answers: Passage[];
  /** A cell that makes the same request again, or None where it cannot be written as one. */
  cell: string | null;
  /** The same in Python. */
  python: string | null;
}
/** Give a text its heading. */
export interface Passage {
  label: string;
  text: string;
}
/** Say how takes differ. */
export interface CompareValue {
  /** Each prompt in pieces. */
  prompts: Piece[][];
  differing: Difference[];
  /** The settings that all share, in words. */
  shared: string[];
}
/** Hold a piece of a prompt; all pieces together are the prompt. */
export interface Piece {
  text: string;
  /** Not all the prompts have it. */
  differs: boolean;
}
/** Compare one setting. */
export interface Difference {
  name: string;
  /** What each take has for it; empty where that is not known. */
  values: string[];
}
/** Name the file that the answer's buffer holds. */
export interface SaveValue {
  media_type: string;
  name: string;
  /** What there is to know about it, such as what becomes of content credentials; mostly empty. */
  told: string;
}
/** Hold what a file's recipe offers; None if the file has no recipe. */
export interface ReadRecipeValue {
  offer: RecipeOffer | null;
}
/** Offer to bring back what a file was made with. */
export interface RecipeOffer {
  /** The name by which the kernel knows the offer. */
  key: string;
  /** As it was sent. */
  prompt: string;
  /** As it is written in the form. */
  written: string;
  /** What the model is called. */
  model: string;
  /** In words. */
  settings: string;
  /** What is missing or different, in sentences. */
  notes: string[];
  /** Whether more than the prompt can be brought back. */
  whole: boolean;
}
/** Hold a page of takes, newest first. */
export interface FindValue {
  takes: Take[];
  /** How many match in all. */
  total: number;
  /** The `after` of the next page, or None where this is the last. */
  next: string | null;
}
/** Describe a take as the wall shows it. */
export interface Take {
  id: string;
  endpoint: string;
  /** Which of the takes of the same request it is, from 1 on. */
  number: number;
  title: string;
  prompt: string;
  settings: {
    [k: string]: JSONValue;
  };
  kind: "audio" | "boxes" | "image" | "other" | "video";
  media_type: string;
  width: number | null;
  height: number | null;
  /** In seconds. */
  duration: number | null;
  /** Frames a second, where the file says it. */
  fps: number | null;
  has_audio: boolean;
  bytes: number;
  /** In seconds since 1970. */
  created: number;
  /** Seconds from the request to the file, or None. */
  took: number | null;
  /** The name of its first file, which all before this is said of too. */
  file: string;
  /** The files behind the first. */
  others: TakeFile[];
  /** What is odd about the file, or not as it was asked, a sentence each. */
  remarks: string[];
  kept_already: boolean;
  /** It is never pruned. */
  pinned: boolean;
  /** 1 to 3, or 0 for none. */
  rating: number;
  /** It is picked, or rejected and hidden, or neither. */
  verdict: ("picked" | "rejected") | null;
  note: string;
  /** It was asked for from this notebook. */
  here: boolean;
  /** Left out in a person's own library. */
  team?: OfTeam;
  /** Left out where it is not measured yet. */
  measured?: Measured;
}
/** Describe a file of a take behind its first. */
export interface TakeFile {
  kind: "audio" | "boxes" | "image" | "other" | "video";
  media_type: string;
  width: number | null;
  height: number | null;
  /** In seconds. */
  duration: number | null;
  /** Frames a second, where the file says it. */
  fps: number | null;
  has_audio: boolean;
  bytes: number;
  /** Its name. */
  file: string;
}
/** Say what a team's library knows of a take besides what one thinks of it oneself. */
export interface OfTeam {
  /** Who asked for it. */
  person: string;
  /** The person who looks did. */
  mine: boolean;
  /** What others think of it. */
  others: Opinion[];
  /** The collections that it is in, of those that the person sees, by name. */
  collections: string[];
}
/** Say what another person of the team thinks of a take. */
export interface Opinion {
  person: string;
  /** 1 to 3, or 0 for none. */
  rating: number;
  verdict: ("picked" | "rejected") | null;
  /** Empty where there is none. */
  note: string;
}
/** Say what was measured of a take. */
export interface Measured {
  /** By the measure's name; those that do not apply are left out. */
  values: {
    [k: string]: number;
  };
  /** What is probably wrong with it, a few words each, such as `frozen for 2.1 s`. */
  flags: string[];
}
/** Begin with a pair, and with one that is loaded ahead. */
export interface JudgingValue {
  /** What the requests that follow name. */
  judging: string;
  pairs: Pair[];
  /** Width by height of the place in which each take is shown; it fits all that are judged. */
  ratio: number;
  standing: Standing;
  /** There is an earlier judgement to take back. */
  can_take_back: boolean;
}
/** Put two takes side by side. */
export interface Pair {
  id: string;
  left: Side;
  right: Side;
}
/** Say what is shown on one side of a pair: what its file is asked for by, and how it is played. */
export interface Side {
  /** Never shown. */
  take: string;
  kind: "audio" | "boxes" | "image" | "other" | "video";
  width: number | null;
  height: number | null;
  /** Frames a second, where the file says it. */
  fps: number | null;
  has_audio: boolean;
}
/** Say how far the judging is. */
export interface Standing {
  /** How many judgements are saved. */
  judged: number;
  /** About how many more would be enough for a ranking; None where that cannot be said yet. */
  more: number | null;
  /** Both, such as "14 judged; about 20 more would be enough for a ranking." */
  words: string;
  /** What else there is to say, such as that a pair was skipped; mostly empty. */
  note: string;
}
/** Say that a judgement is saved, and how far the judging is now. */
export interface VoteValue {
  /** One more to load ahead; None where none was asked for, or fewer than two takes are left. */
  pair: Pair | null;
  standing: Standing;
}
/** Say what a chat model would be asked about the takes, before anything is sent. */
export interface VotesPlanValue {
  /** What would be sent where, and what it costs. */
  words: string;
  /** How many questions that are; 0 if it has answered all of them already. */
  questions: number;
}
/** Say how far a chat model is with its answers. */
export interface VotesValue {
  /** How many questions there are. */
  asked: number;
  /** How many of them are answered. */
  answered: number;
  /** Whether it is being asked. */
  running: boolean;
  /** The same in words, or why it ended. */
  words: string;
  /** Whether it ended for want of an answer. */
  failed: boolean;
}
/** Show the pair whose judgement was taken back. */
export interface TakeBackValue {
  /** None where there was nothing to take back. */
  pair: Pair | null;
  standing: Standing;
  can_take_back: boolean;
}
/** Say what won so far, best first. */
export interface JudgedValue {
  ranked: Ranked[];
  /** The same in a sentence. */
  words: string;
  /** What made the difference, the surest first. */
  differences: MadeDifference[];
  /** What cannot be said, and why. */
  notes: string[];
  /** What chat models voted on the same takes. */
  models: ModelVotes[];
}
/** Say how a take did. */
export interface Ranked {
  take: string;
  /** From 1; those that are equal share one. */
  place: number;
  /** What distinguishes it from the others. */
  words: string;
  wins: number;
  losses: number;
  ties: number;
  /** How likely it beats one of the others, from 0 to 1; None where it was not judged. */
  share: number | null;
  /** The lower end of the interval around that, where there is one. */
  low: number | null;
  /** Likewise, the upper end. */
  high: number | null;
}
/** Say what difference a varied alternative makes. */
export interface MadeDifference {
  /** Such as "slow beats fast, 7 to 2: likely." */
  sentence: string;
  /** Whether the difference is likely. */
  sure: boolean;
}
/** Say what a chat model voted. Its votes are never counted with the person's. */
export interface ModelVotes {
  /** What the model is called. */
  title: string;
  /** How often it voted, and what is first by its votes. */
  words: string;
  /** How many pairs the person has judged as well. */
  pairs: number;
  /** How many of them both judged alike. */
  same: number;
  /** The share of pairs that they would judge alike by chance. */
  chance: number;
  /** The last three in a sentence. */
  agreement: string;
}
/** Describe the measures. */
export interface MeasuresValue {
  measures: Measure[];
  /** How many takes are not measured yet. */
  unmeasured: number;
}
/** Describe a measure, and what the library has of it. */
export interface Measure {
  /** Such as `motion`. */
  name: string;
  /** What it is called. */
  label: string;
  /** Empty where it has none. */
  unit: string;
  /** How many digits follow the decimal point. */
  digits: number;
  /** What a higher value means. */
  explains: string;
  /** The least value in the library; None where nothing is measured. */
  least: number | null;
  /** The most, likewise. */
  most: number | null;
}
/** Say what was measured of some takes, by id; those that are not measured are left out. */
export interface MeasuredValue {
  takes: {
    [k: string]: Measured;
  };
}
/** Say how the alternatives of a sweep did. */
export interface EffectsValue {
  /** For the heading of each column; None where it was never compared. */
  columns: (Effect | null)[];
  /** For each row, one for each part of its heading. */
  rows: (Effect | null)[][];
  /** What won, in short; empty where nothing is judged. */
  words: string;
}
/** Say how one alternative of a sweep did, in what people have judged. */
export interface Effect {
  /** How often it was preferred to another, a tie as a half. */
  won: number;
  /** How often it was compared with another. */
  judged: number;
  /** How likely it is to be preferred to the others, all else being equal, from 0 to 1. */
  share: number;
  /** The lower end of the interval around that. */
  least: number;
  /** The upper end. */
  most: number;
  /** What can be said of it, a sentence or two; or why nothing can. */
  words: string;
  /** Whether the judgements decide. */
  certain: boolean;
  /** Whether it varied alone, so that something can be said about it. */
  separable?: boolean;
}
/** Say what became of takes that were put into a collection. */
export interface CollectValue {
  /** Those that were not in it before. */
  added: string[];
  /** The collection was not there before. */
  made: boolean;
}
/** List the steps of a chain. */
export interface ChainValue {
  /** In the order in which they are drawn: each one behind the one that it came from. Empty where neither a take is open nor an image in the form. */
  steps: ChainStep[];
  /** How many steps are left out, because they are too many. */
  more: number;
}
/** Describe a step of the chain: takes that came from the same step before it, with the same output. */
export interface ChainStep {
  /** Names the step; the same as long as it has the same takes or more. */
  id: string;
  /** The step that it came from, which stands earlier in the list; None for a first one. */
  parent: string | null;
  output: "audio" | "boxes" | "image" | "other" | "text" | "video";
  /** Such as `Image`, `Edit`, `Shot 1` or `Voice`. */
  title: string;
  /** What sets it apart, such as `harbour.jpg`, `dolly in` or `continues 1`. */
  words: string;
  /** The digest of the image that a person gave, where the step is such an image and has no takes. */
  image: string | null;
  /** The take that its picture is of: the picked one, else the best rated, else the newest; None where the step is an image. */
  picture: string | null;
  /** Its takes, newest first, of which there may be more than are listed. */
  takes: string[];
  /** How many takes it has; rejected ones and those whose files were removed are not counted. */
  count: number;
  /** The take that is picked, or None. */
  picked: string | null;
  /** The open take, or where none is, what the form begins with, belongs to this step. */
  open: boolean;
  /** Based on an older pick: further up, another take is picked than the one that it came from. */
  older: boolean;
  /** What that means for it, a sentence; empty unless `older`. */
  why: string;
  /** What making it again would ask for; None unless `older`, or where a step before it has to be made again first. */
  redo: Redo | null;
}
/** Say what making a step again from the newer pick would ask for. */
export interface Redo {
  /** The take that it would be made from. */
  pick: string;
  /** How many requests would be charged. */
  new: number;
  /** Whether `amount` names dollars. */
  known: boolean;
  /** Such as `about $1.30`. */
  amount: string;
  /** What it rests on, such as `from 4 bills · 10 s of video`. */
  basis: string;
  /** Why a budget would refuse it; None where it fits. */
  over: string | null;
}
/** Hold code that makes a take and all that led to it, from the first image on; what is kept is not paid again. */
export interface ChainCodeValue {
  /** How many takes it makes; 1 where none led to it. */
  takes: number;
  /** As one Python cell, or None where it cannot be written so. */
  python: string | null;
  /** As cells of their magics, to be run one after the other; empty where it cannot be written so. */
  cells: string[];
}
/** List takes, newest first. */
export interface StepTakesValue {
  takes: Take[];
}
/** Describe the family of a take. */
export interface FamilyValue {
  /** The take itself, those that led to it, and those that came from it; by column and row. */
  members: FamilyMember[];
  links: FamilyLink[];
  /** How many columns there are. */
  columns: number;
  /** How many rows there are. */
  rows: number;
  /** How many takes are left out, because they are too many. */
  more: number;
  /** How many are left out, because they are rated low or rejected. */
  hidden: number;
}
/** Place a take in the tree. */
export interface FamilyMember {
  /** The take, also where its files were removed. */
  take: Take;
  /** Its step, such as `Edit` or `Shot 1`. */
  title: string;
  /** From the left, from 0. */
  column: number;
  /** From above, from 0. */
  row: number;
  /** Its files were removed to make room; it has no poster. */
  removed: boolean;
}
/** Lead from a take to one that came from it. */
export interface FamilyLink {
  parent: string;
  child: string;
  /** Such as `Image`, `Last frame`, `Frame at 1.5 s`, `End image`, `Sound` or `Settings reused`. */
  how: string;
  /** It is drawn as a line of the tree. A take has one such link at most, and others beside it. */
  tree: boolean;
  /** The prompt of the later take in pieces; what the earlier one does not have, differs. */
  prompt: Piece[];
  /** The settings that changed, with the value before and the one after. */
  settings: Difference[];
}
/** Say what would be sent where, and what it costs, before anything is sent. */
export interface ChatPlanValue {
  /** The same in a sentence or two. */
  words: string;
  /** It costs nothing, so that it need not be asked about. */
  free: boolean;
}
/** List rewritings of a prompt. */
export interface SuggestValue {
  rewritings: Rewriting[];
  /** A prompt that stands for all of them, or None where they cannot be alternatives. */
  sweep: string | null;
  /** Who answered, what was sent and what it cost. */
  about: string;
}
/** Hold a rewriting, and what it changes. */
export interface Rewriting {
  text: string;
  changes: Change[];
}
/** Hold a piece of a rewriting, or of the prompt where the rewriting leaves it out. */
export interface Change {
  text: string;
  kind: "added" | "removed" | "same";
}
/** Say what is seen in a take, and what of its prompt is missing. */
export interface DescribeValue {
  seen: string;
  missing: string;
  /** Both, as it is kept as a note. */
  text: string;
  /** Who answered, what was sent and what it cost. */
  about: string;
}
/** Hold what the studio shows. */
export interface StudioTraits {
  endpoints: Endpoint[];
  service: Service;
  form: Form;
  images: Image[];
  /** The unfinished ones, first submitted first; then those that failed and were not dismissed yet. */
  jobs: Job[];
  /** The newest 60, newest first. */
  takes_shown: Take[];
  counts: Counts;
  day: Day;
  measuring: Measuring;
  /** Newest first; those that are done until they are dismissed. */
  sweeps: Sweep[];
  /** The selected takes, for a page that is loaded again. */
  selection: Take[];
  /** The take on the stage, or the job in its place, for such a page too; empty where there is none. */
  opened: string;
  /** The style sheet. */
  sheet: string;
  /** The class of the text beside the widget, for where the widget is not drawn. */
  instead: string;
}
/** Describe an endpoint as the form needs it. */
export interface Endpoint {
  /** Such as `kling-v3-pro/image-to-video`. */
  id: string;
  title: string;
  model: string;
  /** What it is for, such as `image-to-video`. */
  task: string;
  output: "audio" | "boxes" | "image" | "text" | "video";
  images: ImageSlot[];
  prompt: PromptField | null;
  /** In the order in which they are drawn. */
  fields: Field[];
  /** What is only assumed about its input, a sentence each. */
  assumed: string[];
  /** The beginning of an entry in the user's own catalogue that would correct it. */
  correction: string;
  note: string | null;
  /** It is the one to begin with for its task. */
  default: boolean;
  /** The account's list of models does not have it. */
  absent: boolean;
}
/** Name a slot for an input image. */
export interface ImageSlot {
  /** `start` is the main one. */
  slot: string;
  title: string;
  required: boolean;
  /** It takes more than one, which are told apart as `start`, `start#2`, `start#3`. */
  many?: boolean;
}
/** Describe the input field that takes the prompt. */
export interface PromptField {
  name: string;
  label: string;
  required: boolean;
  placeholder: string;
  /** The most characters it takes, or None where that is not known. */
  limit: number | null;
}
/** Describe one option as the form draws it. */
export interface Field {
  name: string;
  label: string;
  kind: "choice" | "number" | "switch" | "text";
  /** The values to choose from; empty unless `kind` is `choice`. */
  choices: JSONValue[];
  /** None where there is none. */
  default: JSONValue;
  integer: boolean;
  /** The field is only assumed to exist. */
  assumed: boolean;
  required: boolean;
  /** It stands in the row under the prompt; the others are behind "More". */
  prominent: boolean;
  description?: string;
  /** Shown behind the value, such as `s`. */
  unit?: string;
  minimum?: number;
  maximum?: number;
}
/** Say where requests go. */
export interface Service {
  name: string;
  url: string;
  sandbox: boolean;
  /** Why the service cannot be used and what to do about it, or None. */
  problem: string | null;
  /** The problem is that there is no API key, or none that can be one: the studio asks for it. */
  lacks_key?: boolean;
  /** Why the keyring of this machine cannot keep a key, or None where it can. */
  keyring_problem?: string | null;
  /** It is a sandbox that this kernel has started, and can leave. */
  own_sandbox?: boolean;
}
/** Describe a job as its row shows it. */
export interface Job {
  id: string;
  endpoint: string;
  title: string;
  prompt: string;
  state:
    | "cancelled"
    | "expired"
    | "failed"
    | "fetching"
    | "kept"
    | "prepared"
    | "queued"
    | "running"
    | "submitting";
  /** Its state in words, such as `Waiting in the queue, 2 ahead`. */
  stage: string;
  /** The stage tells of something between here and the service, and not of the job. */
  trouble: boolean;
  queue_position: number | null;
  /** Seconds until this was sent; the browser counts on from there. */
  elapsed: number;
  /** Seconds in all, or None where that is not known. */
  expected: number | null;
  /** The digest of its start image, to ask for a preview of. */
  image: string | null;
  error: string | null;
  note: string | null;
  can_cancel: boolean;
  /** The last lines of the service's own log. */
  log: string[];
  /** Another studio asked for it. */
  elsewhere: boolean;
  /** What it makes will be higher than wide. */
  tall: boolean;
}
/** Count the takes, those that are rejected too. */
export interface Counts {
  all: number;
  /** Those of this notebook; None where the host does not say which it is. */
  here: number | null;
  models: Model[];
  culled: Culled;
  /** Of those of this notebook; None as for `here`. */
  culled_here: Culled | null;
  /** The kinds that there are, of the takes in the library. */
  kinds: ("audio" | "boxes" | "image" | "other" | "video")[];
  /** Left out in a person's own library. */
  team?: Team;
}
/** Name a model that has takes. */
export interface Model {
  /** Such as `kling-v3-pro`. */
  id: string;
  title: string;
}
/** Count what a person has judged. */
export interface Culled {
  /** Rated, picked or rejected. */
  judged: number;
  /** Those of them that are rejected. */
  rejected: number;
}
/** Say what a team's library has for the person who looks at it. */
export interface Team {
  /** Who looks. */
  person: string;
  /** How many takes they asked for, those that are rejected too. */
  mine: number;
  /** Of those. */
  culled_mine: Culled;
  /** Theirs and those that are shared, by name. */
  collections: Collection[];
}
/** Describe a named set of takes. */
export interface Collection {
  name: string;
  /** Whose it is. */
  person: string;
  /** The person who looks made it. */
  mine: boolean;
  /** The whole team sees it and adds to it. */
  shared: boolean;
  /** How many it has. */
  takes: number;
}
/** Hold the numbers of the day at this service. */
export interface Day {
  /** Takes made since midnight. */
  made: number;
  /** Kept takes that answered a request since then, for nothing. */
  reused: number;
  /** What was spent since then, such as `$6.20`; None where nothing is known, or a budget says it. */
  spent: string | null;
  /** What a kept second has cost, such as `$0.21`, or None where no bill tells. */
  per_second: string | null;
  budget: DayBudget | null;
}
/** Hold how much of a budget is used. */
export interface DayBudget {
  /** Such as `$6.20 of $20`, and `this month` behind it where it is not for a day. */
  words: string;
  /** The part that is used, 0 to 1. */
  share: number;
}
/** Say how far measuring the older takes is. */
export interface Measuring {
  /** Grows whenever takes were measured, here or by others. */
  changed: number;
  running: boolean;
  /** How many of them are measured. */
  done: number;
  /** How many there are. */
  of: number;
  /** Why measuring ended early, or None. */
  problem: string | null;
}
/** Describe several requests made as one. */
export interface Sweep {
  id: string;
  endpoint: string;
  title: string;
  columns: string[];
  /** The headings of the rows; a sweep of one row has none. */
  rows: string[];
  /** Row by row. */
  positions: SweepPosition[];
  /** Where it stands, such as `3 of 6 done, 1 failed`. */
  words: string;
  /** How many positions have come to an end, good or bad. */
  finished: number;
  done: boolean;
  paused: boolean;
  cancelled: boolean;
  /** Why it paused by itself and what to do about it, or None. */
  note: string | null;
}
/** Describe one position of a sweep. */
export interface SweepPosition {
  prompt: string;
  /** `waiting`: not submitted yet, and so costs nothing yet; `left_out`: never will be. */
  state:
    | "cancelled"
    | "expired"
    | "failed"
    | "fetching"
    | "kept"
    | "left_out"
    | "prepared"
    | "queued"
    | "running"
    | "submitting"
    | "waiting";
  /** The state in words. */
  stage: string;
  /** Its job's id, which is its take's once it is kept. */
  job: string | null;
  error: string | null;
}
/** Hold what the progress view of one job shows. */
export interface ProgressTraits {
  job: Job;
  /** The style sheet. */
  sheet: string;
}
/** Hold what a cell's progress of several requests shows. */
export interface SeveralTraits {
  sweep: Sweep;
  /** Those at work. */
  jobs: Job[];
  /** The style sheet. */
  sheet: string;
}
/** Hold what a cell's judging begins with; all else is asked for. */
export interface JudgeTraits {
  /** How many takes there are to judge. */
  count: number;
  /** The style sheet. */
  sheet: string;
  /** The class of the text beside the widget, for where the widget is not drawn. */
  instead: string;
}
/** Reply to a request with what it asked for. */
export interface Answer {
  type: "answer";
  id: string;
  value: AnyValue;
  /** How many parts of its file were sent before; the answer's own buffer holds the rest. */
  parts: number;
  /** The buffer as base64, for hosts that lose messages with buffers. */
  text?: string;
}
/** Reply to a request that could not be met. */
export interface Refused {
  type: "refused";
  /** None where the request had none. */
  id: string | null;
  error: Refusal;
}
/** Say why a request could not be met. */
export interface Refusal {
  message: string;
  /** The input field at fault, where there is one. */
  field: string | null;
}
/** Carry a part of an answer's file in the one buffer, before the answer itself. */
export interface Part {
  type: "part";
  id: string;
  /** From 0. */
  index: number;
  /** The buffer as base64, for hosts that lose messages with buffers. */
  text?: string;
}
