import type {
  BoxesValue,
  ChainStep,
  Collection,
  Counts,
  DescribeValue,
  DetailsValue,
  Endpoint,
  Field,
  Image,
  Job,
  Measured,
  MeasuresValue,
  OfTeam,
  PlanValue,
  Price,
  StudioTraits,
  SuggestValue,
  Sweep,
  SweepPosition,
  Take,
  TakeFile,
} from "../src/kernel/protocol";

/** An option as the kernel tells of it, only assumed to be there. */
export function field(kind: Field["kind"], name: string, label: string, about: Partial<Field> = {}): Field {
  const prominent = kind === "choice" || kind === "switch";
  return {
    name,
    label,
    kind,
    choices: [],
    integer: false,
    assumed: true,
    required: false,
    prominent,
    default: null,
    ...about,
  };
}

export const PROMPT = {
  name: "prompt",
  label: "Prompt",
  required: true,
  placeholder: "Describe the motion, camera and light",
  limit: null,
};
const negative = field("text", "negative_prompt", "Negative prompt", {
  description: "What to avoid",
});
const ratios = (...choices: string[]) => field("choice", "aspect_ratio", "Aspect ratio", { choices });
/** As the kernel writes it, for one field. */
const correction = (id: string, name: string, schema: object) =>
  JSON.stringify({ endpoints: { [id]: { input: { properties: { [name]: schema } } } } }, null, 2);

export function endpoint(about: Partial<Endpoint> = {}): Endpoint {
  return {
    id: "kling-v3-pro/image-to-video",
    title: "Kling v3 Pro",
    model: "kling-v3-pro",
    task: "Image to video",
    output: "video",
    images: [
      { slot: "start", title: "Start image", required: true },
      { slot: "end", title: "End image", required: false },
    ],
    prompt: PROMPT,
    fields: [
      field("choice", "duration", "Duration", {
        choices: ["3", "5", "8", "10", "15"],
        default: "5",
        unit: "s",
      }),
      negative,
      field("switch", "generate_audio", "Sound", { default: true }),
      field("number", "cfg_scale", "CFG scale", {
        description: "How strictly to follow the prompt",
        default: 0.5,
        minimum: 0,
        maximum: 1,
      }),
    ],
    assumed: ["Start image", "End image", "Duration", "Negative prompt", "Sound", "CFG scale"],
    correction: correction("kling-v3-pro/image-to-video", "cfg_scale", { type: "number" }),
    note: null,
    default: true,
    absent: false,
    ...about,
  };
}

export const veo = endpoint({
  id: "veo-3.1/image-to-video",
  title: "Veo 3.1",
  model: "veo-3.1",
  images: [{ slot: "start", title: "Image", required: true }],
  fields: [
    field("choice", "duration", "Duration", { choices: ["4s", "6s", "8s"], default: "8s", unit: "s" }),
    field("choice", "resolution", "Resolution", { choices: ["720p", "1080p", "4k"] }),
    ratios("auto", "16:9", "9:16"),
    negative,
    field("switch", "generate_audio", "Sound", { default: true }),
    field("number", "seed", "Seed", { integer: true, minimum: 0 }),
  ],
  assumed: ["Image", "Duration", "Resolution", "Aspect ratio", "Negative prompt", "Sound", "Seed"],
  correction: correction("veo-3.1/image-to-video", "duration", { enum: ["4s", "6s", "8s"] }),
  note: "This model's ID is unconfirmed. If veo-3.1 is not found, try veo3.1/image-to-video or veo-31/image-to-video.",
  default: false,
  absent: false,
});

export const sora = endpoint({
  id: "sora-2-pro/image-to-video",
  title: "Sora 2 Pro",
  model: "sora-2-pro",
  images: [{ slot: "start", title: "Image", required: true }],
  fields: [
    field("choice", "duration", "Duration", {
      choices: ["4", "8", "12", "16", "20"],
      default: "4",
      unit: "s",
    }),
    field("choice", "resolution", "Resolution", { choices: ["auto", "720p", "1080p"] }),
    ratios("auto", "16:9", "9:16"),
  ],
  assumed: ["Image", "Duration", "Resolution", "Aspect ratio"],
  correction: correction("sora-2-pro/image-to-video", "duration", { type: "string" }),
  note: "OpenAI switched Sora 2 off on 2026-09-24, and what Reka's route does since then is not known. If it refuses, Kling v3 Pro and Veo 3.1 are the alternatives.",
  default: false,
  absent: false,
});

export const banana = endpoint({
  id: "nano-banana/text-to-image",
  title: "Nano Banana",
  model: "nano-banana",
  task: "Text to image",
  output: "image",
  images: [],
  fields: [
    ratios("16:9", "1:1", "9:16"),
    field("choice", "num_images", "Images", { choices: [1, 2, 3, 4], integer: true }),
    field("number", "seed", "Seed", { integer: true }),
  ],
  assumed: ["Aspect ratio", "Images", "Seed"],
  correction: correction("nano-banana/text-to-image", "seed", { type: "integer" }),
  default: false,
  absent: false,
});

const start = { slot: "start", title: "Image", required: true };
/** A video of words alone. */
export const wan = endpoint({
  id: "wan-2/text-to-video",
  title: "Wan 2",
  model: "wan-2",
  task: "text-to-video",
  images: [],
  fields: [],
});
/** An image of others. */
export const edit = endpoint({
  ...banana,
  id: "nano-banana/edit",
  title: "Nano Banana, edit",
  task: "edit",
  images: [{ ...start, many: true }],
  default: true,
});
/** Speech. */
export const eleven = endpoint({
  id: "eleven-v3/text-to-speech",
  title: "Eleven v3",
  model: "eleven-v3",
  task: "text-to-speech",
  output: "audio",
  images: [],
  prompt: { ...PROMPT, name: "text", label: "Text", placeholder: "What should be said?" },
  fields: [field("text", "voice", "Voice", { prominent: true })],
});
/** Boxes in an image. */
export const finder = endpoint({
  id: "reka-edge/image-to-bbox",
  title: "Reka Edge",
  model: "reka-edge",
  task: "image-to-bbox",
  output: "boxes",
  images: [start],
  prompt: { ...PROMPT, placeholder: "What to find, as in: cup, table" },
  fields: [],
});
/** A model for each task. */
export const everyTask = [sora, endpoint(), veo, wan, { ...banana, default: true }, edit, eleven, finder];

export function image(about: Partial<Image> = {}): Image {
  return {
    slot: "start",
    digest: "sha256:harbour",
    name: "harbour.jpg",
    width: 4032,
    height: 3024,
    bytes: 4_812_330,
    sends: "2048 × 1536 JPEG, 612 KB",
    framing: null,
    ...about,
  };
}

export function job(about: Partial<Job> = {}): Job {
  return {
    id: "job-1",
    endpoint: "kling-v3-pro/image-to-video",
    title: "Kling v3 Pro",
    prompt: "A slow dolly in over the water at dawn; gulls rise from the pier, the light warms",
    state: "running",
    stage: "Making the video",
    trouble: false,
    queue_position: null,
    elapsed: 72,
    expected: 122,
    image: "sha256:harbour",
    error: null,
    note: null,
    can_cancel: true,
    log: [],
    elsewhere: false,
    tall: false,
    ...about,
  };
}

export function take(about: Partial<Take> = {}): Take {
  return {
    id: "take-1",
    endpoint: "kling-v3-pro/image-to-video",
    number: 1,
    title: "Kling v3 Pro",
    prompt: "A slow dolly in over the water at dawn; gulls rise from the pier",
    settings: { duration: "5" },
    kind: "video",
    media_type: "video/mp4",
    width: 1920,
    height: 1080,
    duration: 5,
    fps: 24,
    has_audio: false,
    bytes: 4_100_000,
    created: 1_795_440_000,
    took: 123,
    file: "harbour-slow-dolly-1.mp4",
    others: [],
    remarks: [],
    kept_already: false,
    pinned: false,
    rating: 0,
    verdict: null,
    note: "",
    here: false,
    ...about,
  };
}

/** What a team's library knows of a take: of Ben, who looks, unless another asked for it. */
export function ofTeam(person = "Ben", about: Partial<OfTeam> = {}): OfTeam {
  return { person, mine: person === "Ben", others: [], collections: [], ...about };
}

/** What the kernel would say of these takes to Ben, in a team's library. */
export function teamCounts(
  takes: Take[],
  collections: Collection[] = [],
  about: Partial<Counts> = {},
): Counts {
  const mine = takes.filter(({ team }) => team?.mine);
  const team = { person: "Ben", mine: mine.length, culled_mine: culled(mine), collections };
  return counts(takes, { team, ...about });
}

/** A collection of Ben's, shared with the team. */
export function collection(about: Partial<Collection> = {}): Collection {
  return { name: "shots", person: "Ben", mine: true, shared: true, takes: 2, ...about };
}

/** What the kernel would say of these takes in a notebook that it does not know. */
export function counts(takes: Take[], about: Partial<Counts> = {}): Counts {
  const models = new Map(takes.map(({ endpoint, title }) => [endpoint.split("/")[0] ?? "", title]));
  return {
    all: takes.length,
    here: null,
    models: [...models].map(([id, title]) => ({ id, title })),
    kinds: [...new Set(takes.map(({ kind }) => kind))],
    culled: culled(takes),
    culled_here:
      about.here === undefined || about.here === null ? null : culled(takes.filter((take) => take.here)),
    ...about,
  };
}

function culled(takes: Take[]): Counts["culled"] {
  const judged = takes.filter((take) => take.rating || take.verdict).length;
  return { judged, rejected: takes.filter((take) => take.verdict === "rejected").length };
}

/** What the kernel says of a form: how many it makes, at what price. */
export function plan(about: Partial<PlanValue> = {}, price: Partial<Price> = {}): PlanValue {
  const { count = 1, kept = 0, underway = 0 } = about;
  const made = count - kept - underway;
  const state = (at: number) => (at < kept ? "made" : at < kept + underway ? "running" : "new");
  return {
    count,
    kept,
    underway,
    limit: null,
    requests: Array.from({ length: count }, (_, at) => ({
      key: `key ${at}`,
      words: count > 1 ? `words ${at}` : "",
      state: state(at),
      job: count > 1 || state(at) === "new" ? null : state(at) === "made" ? "take-1" : "job-1",
      left_out: false,
    })),
    more: [1, 2, 4].map((takes) => ({
      takes,
      new: takes * count,
      amount: `about $${(0.65 * takes * count).toFixed(2)}`,
      over: null,
    })),
    ...about,
    price: {
      new: made,
      known: made > 0,
      amount: made ? `about $${(0.65 * made).toFixed(2)}` : "no charge",
      span: "",
      basis: made ? `from 4 bills · ${5 * made} s of video` : "",
      parts: [],
      ...price,
    },
  };
}

export function sweep(about: Partial<Sweep> = {}): Sweep {
  return {
    id: "sweep-1",
    endpoint: "kling-v3-pro/image-to-video",
    title: "Kling v3 Pro",
    columns: ["slow", "fast", "calm"],
    rows: [""],
    positions: [
      position({ state: "kept", stage: "Kept", job: "take-1" }),
      position({ state: "running", stage: "Making the video", job: "job-1" }),
      position(),
    ],
    words: "1 of 3 done",
    finished: 1,
    done: false,
    paused: false,
    cancelled: false,
    note: null,
    ...about,
  };
}

export function position(about: Partial<SweepPosition> = {}): SweepPosition {
  return {
    prompt: "A slow dolly in",
    state: "waiting",
    stage: "Not sent yet",
    job: null,
    error: null,
    ...about,
  };
}

/** The studio's traits under the names of the front end's state; the fake kernel translates. */
export type Shown = Omit<StudioTraits, "takes_shown" | "sheet"> & { takes: Take[] };

export function traits(about: Partial<Shown> = {}): Shown {
  return {
    endpoints: [sora, endpoint(), veo, banana],
    service: { name: "Reka", url: "https://vision-agent.api.reka.ai", sandbox: false, problem: null },
    form: { endpoint: "kling-v3-pro/image-to-video", prompt: "", settings: {} },
    images: [],
    jobs: [],
    sweeps: [],
    takes: [],
    selection: [],
    opened: "",
    instead: "",
    counts: counts(about.takes ?? []),
    day: { made: 0, reused: 0, spent: null, per_second: null, budget: null },
    measuring: { changed: 0, running: false, done: 0, of: 0, problem: null },
    ...about,
  };
}

/** Some measures, and what a library has of them. */
export function measures(about: Partial<MeasuresValue> = {}): MeasuresValue {
  const one = (
    name: string,
    label: string,
    unit: string,
    digits: number,
    least: number | null,
    most: number | null,
  ) => ({
    ...{ name, label, unit, digits, least, most },
    explains: `How much ${label.toLowerCase()} there is.`,
  });
  return {
    measures: [
      one("motion", "Motion", "", 2, 0, 1.2),
      one("sharpness", "Sharpness", "", 2, 0.1, 0.9),
      one("frozen", "Frozen", "s", 1, 0, 4.8),
      one("loudness", "Loudness", "LUFS", 1, -40, -12),
      one("loop", "Loop", "", 2, 0.2, 0.9),
    ],
    unmeasured: 0,
    ...about,
  };
}

/** What was measured of a take. */
export const measured = (values: Measured["values"], ...flags: string[]): Measured => ({ values, flags });

/** A step of a chain with two takes. */
export function step(about: Partial<ChainStep> = {}): ChainStep {
  return {
    id: "step-1",
    parent: null,
    output: "video",
    title: "Shot 1",
    words: "a slow dolly in",
    image: null,
    picture: "take-2",
    takes: ["take-2", "take-1"],
    count: 2,
    picked: null,
    open: false,
    older: false,
    why: "",
    redo: null,
    ...about,
  };
}

export function details(id: string): DetailsValue {
  const cell = `%%reka_video --image sha256:3fa94c01d2e4b7aa --model kling-v3-pro --duration 5\nA slow dolly in`;
  return {
    facts: [
      { label: "Cost", text: "$0.65 · 1 generation, 7 HTTP requests" },
      { label: "Time", text: "Took 2 min 3 s, 1 min 51 s of it at work" },
      { label: "Requested", text: "2026-11-23 14:05" },
      { label: "Request id", text: "9f2c-11" },
      { label: "File", text: `library/media/2026-11/${id}.mp4\nvideo/mp4, 4.1 MB, 24 frames a second` },
    ],
    answers: [
      {
        label: "Request",
        text: JSON.stringify({ endpoint: "kling-v3-pro/image-to-video", take: 1 }, null, 2),
      },
      { label: "Answer to submit", text: JSON.stringify({ request_id: "9f2c-11", status: "<b>QUEUED</b>" }) },
    ],
    cell,
    python: 'import reka_notebook\n\ntake = await reka_notebook.submit(\n    "A slow dolly in",\n)',
  };
}

/** Rewritings of a prompt, as the kernel compares them with it. */
export function suggested(prompt: string, about: Partial<SuggestValue> = {}): SuggestValue {
  const endings = ["; the camera drifts left", "; low sun, long shadows", "; handheld, a little closer"];
  const rewritings = endings.map((ending) => ({
    text: `${prompt}${ending}`,
    changes: [
      { text: prompt, kind: "same" as const },
      { text: ending, kind: "added" as const },
    ],
  }));
  return {
    rewritings,
    sweep: `{{${rewritings.map(({ text }) => text).join("|")}}}`,
    about: "reka-edge-2603 · a preview of 512 × 288 JPEG, 31 KB · $0.002",
    ...about,
  };
}

export function described(about: Partial<DescribeValue> = {}): DescribeValue {
  const seen = "A sailing boat drifts to the left; the camera holds still, and the light warms.";
  const missing = "No gulls can be seen.";
  return {
    seen,
    missing,
    text: `${seen}\nMissing: ${missing}`,
    about: "reka-edge-2603 · the whole video, 5 s, 1.2 MB · no charge",
    ...about,
  };
}

/** An image take of so many files. */
export function pictures(count: number, about: Partial<Take> = {}): Take {
  const { kind, media_type, width, height, duration, fps, has_audio, bytes, file, ...first } = take({
    kind: "image",
    media_type: "image/png",
    width: 1024,
    height: 768,
    duration: null,
    fps: null,
    bytes: 812_000,
    id: "pictures",
    endpoint: "nano-banana/text-to-image",
    title: "Nano Banana",
    prompt: "A red boat on a lake, a moon",
    settings: { num_images: count },
    file: "red-boat-1.png",
    ...about,
  });
  const of: TakeFile = { kind, media_type, width, height, duration, fps, has_audio, bytes, file };
  const others = Array.from({ length: count - 1 }, (_, at) => ({ ...of, file: `red-boat-${at + 2}.png` }));
  return { ...first, ...of, others };
}

/** A take of speech. */
export function speech(about: Partial<Take> = {}): Take {
  return take({
    kind: "audio",
    media_type: "audio/wav",
    width: null,
    height: null,
    duration: 4,
    fps: null,
    has_audio: true,
    id: "speech",
    endpoint: "eleven-v3/text-to-speech",
    title: "Eleven v3",
    prompt: "The boat leaves at eight.",
    settings: {},
    file: "the-boat-leaves.wav",
    ...about,
  });
}

/** A take of boxes. */
export function boxed(about: Partial<Take> = {}): Take {
  return take({
    kind: "boxes",
    media_type: "application/json",
    width: 960,
    height: 720,
    duration: null,
    fps: null,
    id: "boxed",
    endpoint: "reka-edge-2603/image-to-bbox",
    title: "Reka Edge",
    prompt: "sun, hill, boat",
    settings: {},
    file: "sun-hill-boat.json",
    bytes: 812,
    ...about,
  });
}

/** What was found: boxes beside, within and over one another. */
export function boxes(about: Partial<BoxesValue> = {}): BoxesValue {
  const found: [string, number[]][] = [
    ["sun", [0.2, 0.16, 0.18, 0.22]],
    ["hill", [0, 0.52, 1, 0.48]],
    ["boat", [0.44, 0.46, 0.14, 0.2]],
    ["a small boat far away", [0.5, 0.5, 0.05, 0.08]],
    ["gull", [0.7, 0.1, 0.04, 0.05]],
  ];
  return {
    media_type: "image/jpeg",
    width: 960,
    height: 720,
    boxes: found.map(([label, relative], at) => ({
      label,
      relative,
      pixels: relative.map((part, side) => Math.round(part * (side % 2 ? 720 : 960))),
      score: at === 2 ? 0.93 : null,
    })),
    ...about,
  };
}
