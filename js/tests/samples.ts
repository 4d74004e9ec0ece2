import type {
  Counts,
  DetailsValue,
  Endpoint,
  Image,
  Job,
  StudioTraits,
  Sweep,
  SweepPlace,
  Take,
} from "../src/protocol";

const PROMPT = { type: "string", title: "Prompt", minLength: 1 };

export function endpoint(about: Partial<Endpoint> = {}): Endpoint {
  return {
    id: "kling-v3-pro/image-to-video",
    title: "Kling v3 Pro",
    model: "kling-v3-pro",
    task: "image-to-video",
    output: "video",
    images: [
      { slot: "start", required: true, assumed: true },
      { slot: "end", required: false, assumed: true },
    ],
    schema: {
      properties: {
        prompt: PROMPT,
        duration: {
          type: "string",
          title: "Duration",
          enum: ["3", "5", "8", "10", "15"],
          default: "5",
          "x-unit": "s",
        },
        negative_prompt: { type: "string", title: "Negative prompt", description: "What should not be seen" },
        generate_audio: { type: "boolean", title: "Sound", default: true },
        cfg_scale: {
          type: "number",
          title: "CFG scale",
          description: "How closely the prompt is followed",
          default: 0.5,
          minimum: 0,
          maximum: 1,
        },
      },
      required: ["prompt"],
    },
    assumed: ["duration", "negative_prompt", "generate_audio", "cfg_scale"],
    note: null,
    default: true,
    ...about,
  };
}

export const veo = endpoint({
  id: "veo-3.1/image-to-video",
  title: "Veo 3.1",
  model: "veo-3.1",
  images: [{ slot: "start", required: true, assumed: true }],
  schema: {
    properties: {
      prompt: PROMPT,
      duration: {
        type: "string",
        title: "Duration",
        enum: ["4s", "6s", "8s"],
        default: "8s",
        "x-unit": "s",
      },
      resolution: { type: "string", title: "Resolution", enum: ["720p", "1080p", "4k"] },
      aspect_ratio: { type: "string", title: "Aspect ratio", enum: ["auto", "16:9", "9:16"] },
      negative_prompt: { type: "string", title: "Negative prompt", description: "What should not be seen" },
      generate_audio: { type: "boolean", title: "Sound", default: true },
      seed: { type: "integer", title: "Seed", minimum: 0 },
    },
    required: ["prompt"],
  },
  assumed: ["duration", "resolution", "aspect_ratio", "negative_prompt", "generate_audio", "seed"],
  note: "How Reka spells this model is not known. If veo-3.1 is not found, try veo3.1/image-to-video or veo-31/image-to-video.",
  default: false,
});

export const sora = endpoint({
  id: "sora-2-pro/image-to-video",
  title: "Sora 2 Pro",
  model: "sora-2-pro",
  images: [{ slot: "start", required: true, assumed: true }],
  schema: {
    properties: {
      prompt: PROMPT,
      duration: {
        type: "string",
        title: "Duration",
        enum: ["4", "8", "12", "16", "20"],
        default: "4",
        "x-unit": "s",
      },
      resolution: { type: "string", title: "Resolution", enum: ["auto", "720p", "1080p"] },
      aspect_ratio: { type: "string", title: "Aspect ratio", enum: ["auto", "16:9", "9:16"] },
    },
    required: ["prompt"],
  },
  assumed: ["duration", "resolution", "aspect_ratio"],
  note: "OpenAI switched Sora 2 off on 2026-09-24, and what Reka's route does since then is not known. If it refuses, Kling v3 Pro and Veo 3.1 are the alternatives.",
  default: false,
});

export const banana = endpoint({
  id: "nano-banana/text-to-image",
  title: "Nano Banana",
  model: "nano-banana",
  task: "text-to-image",
  output: "image",
  images: [],
  schema: {
    properties: {
      prompt: PROMPT,
      aspect_ratio: { type: "string", title: "Aspect ratio", enum: ["16:9", "1:1", "9:16"] },
      num_images: { type: "integer", title: "Images", minimum: 1, maximum: 4 },
      seed: { type: "integer", title: "Seed" },
    },
    required: ["prompt"],
  },
  assumed: ["aspect_ratio", "num_images", "seed"],
  default: false,
});

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
    queue_position: null,
    elapsed: 72,
    expected: 122,
    image: "sha256:harbour",
    error: null,
    note: null,
    can_cancel: true,
    log: [],
    elsewhere: false,
    ...about,
  };
}

export function take(about: Partial<Take> = {}): Take {
  return {
    id: "take-1",
    endpoint: "kling-v3-pro/image-to-video",
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
    kept_already: false,
    pinned: false,
    rating: 0,
    note: "",
    here: false,
    ...about,
  };
}

/** What the kernel would say of these takes in a notebook that it does not know. */
export function counts(takes: Take[], about: Partial<Counts> = {}): Counts {
  const models = new Map(takes.map(({ endpoint, title }) => [endpoint.split("/")[0] ?? "", title]));
  return {
    all: takes.length,
    here: null,
    models: [...models].map(([id, title]) => ({ id, title })),
    ...about,
  };
}

export function sweep(about: Partial<Sweep> = {}): Sweep {
  return {
    id: "sweep-1",
    endpoint: "kling-v3-pro/image-to-video",
    title: "Kling v3 Pro",
    axes: [{ name: "words 1", words: true, values: ["slow", "fast", "calm"] }],
    places: [
      place({ state: "kept", stage: "Kept", job: "take-1" }),
      place({ state: "running", stage: "Making the video", job: "job-1" }),
      place(),
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

export function place(about: Partial<SweepPlace> = {}): SweepPlace {
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
export type Shown = Omit<StudioTraits, "takes_shown"> & { takes: Take[] };

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
    counts: counts(about.takes ?? []),
    ...about,
  };
}

export function details(id: string): DetailsValue {
  const cell = `%%reka_video --image sha256:3fa94c01d2e4b7aa --model kling-v3-pro --duration 5\nA slow dolly in`;
  return {
    facts: [
      { label: "Cost", text: "One generation. How many HTTP requests it took is not recorded." },
      { label: "Time", text: "2 min 3 s from asking to the end at the service, 1 min 51 s of them at work" },
      { label: "Asked", text: "2026-11-23 14:05" },
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
