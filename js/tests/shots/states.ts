import { RefusedError } from "../../src/kernel/connection";
import type {
  ChainStep,
  Effect,
  EffectsValue,
  FamilyValue,
  Job,
  Sweep,
  Take,
} from "../../src/kernel/protocol";
import { branched, chain, chainTakes, long, older } from "../chains";
import { type FakeKernel, finish } from "../fake-kernel";
import { family, large } from "../families";
import { drawPicture, drawSprite, drawWave, tone } from "../pictures";
import {
  boxed,
  collection,
  counts,
  eleven,
  endpoint,
  everyTask,
  image,
  job,
  measured,
  measures,
  ofTeam,
  pictures,
  plan,
  position,
  type Shown,
  sora,
  speech,
  sweep,
  take,
  teamCounts,
  veo,
} from "../samples";

/** What can be done to a state once it is drawn. */
export interface Stage {
  kernel: FakeKernel;
  root: HTMLElement;
  press(name: string): void;
}

export interface Scene {
  traits: Partial<Shown> & { job?: Job; sweep?: Sweep };
  /** Its finished sweep is a grid. */
  unfolded?: boolean;
  view?: "studio" | "progress" | "judge";
  /** Before it is drawn. */
  prepare?: (kernel: FakeKernel) => void;
  /** After it is drawn. */
  act?: (stage: Stage) => void | Promise<void>;
}

const DOUBT = "You asked for 8 s and got 5: the service may not know the field `duration_seconds`.";
const NOT_LISTED = "This model is not in your account's list, so the service may refuse it.";

/** Chooses what stands at the end of the menu of models. */
function refreshed(root: HTMLElement): void {
  const menu = [...root.querySelectorAll("select")].find(({ options }) =>
    [...options].some(({ value }) => value === "refresh"),
  );
  if (!menu) return;
  menu.value = "refresh";
  menu.dispatchEvent(new Event("change", { bubbles: true }));
}

const WORDS = "A slow dolly in over the water at dawn; gulls rise from the pier, the light warms";
const metered = (count: number, kept: number) => {
  const value = plan({ count, kept, underway: 2 });
  const words = ["slow", "fast", "handheld"].flatMap((pace) =>
    ["dawn", "noon"].map((time) => `${pace} · ${time}`),
  );
  return {
    ...value,
    requests: value.requests.map((one, at) => ({
      ...one,
      words: `${words[at % 6]} · Duration ${5 + (at % 3)} s`,
    })),
  };
};

/** Waits until `check` holds. */
async function settled(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const form = { endpoint: "kling-v3-pro/image-to-video", prompt: WORDS, settings: { duration: "5" } };
const PROMPTS = [
  "A fast dolly in over the water at dawn",
  "A slow dolly in over the water at dawn; gulls rise from the pier",
  "Crane up from the pier, gulls crossing",
  "Handheld, walking to the boats in the evening light",
  "Time-lapse of the harbour from the mole",
  "The lamp of the lighthouse turns once",
  "Fog comes in from the sea and hides the masts",
];
export const takes: Take[] = PROMPTS.map((prompt, place) =>
  take({
    id: `take-${place}`,
    prompt,
    title: place % 3 === 1 ? "Veo 3.1" : "Kling v3 Pro",
    duration: [5, 8, 5, 10, 8, 4, 5][place] ?? 5,
  }),
);
const HOUR = 3600;
/** A library of some size, with opinions. */
const thousand: Take[] = Array.from({ length: 1000 }, (_, place) => ({
  ...(takes[place % takes.length] as Take),
  id: `take-${place}`,
  created: 1_795_440_000 - place * HOUR,
  rating: [0, 3, 2, 0, 1, 0, 0, 2][place % 8] ?? 0,
  verdict: place % 11 === 3 ? "picked" : place % 7 === 5 ? "rejected" : null,
  pinned: place % 9 === 1,
  here: place < 23,
  note: place === 1 ? "The gulls are right in this one; try it slower" : "",
  ...(place % 3 === 1 ? { endpoint: veo.id } : {}),
}));
/** As many of four kinds. */
const thousandKinds: Take[] = thousand.map((one, place) => {
  const { id, created, prompt, rating, verdict, pinned } = one;
  const about = { id, created, prompt, rating, verdict, pinned };
  return place % 4 === 1
    ? pictures(1 + (place % 3), about)
    : place % 4 === 2
      ? speech(about)
      : place % 4 === 3
        ? boxed(about)
        : one;
});
const many = thousand.slice(0, 180);
const wall = {
  form,
  images: [image()],
  takes: many.slice(0, 60),
  counts: counts(many, { here: 23 }),
};
/** Opens the judging of all takes. */
async function openJudge({ root, press }: Stage): Promise<void> {
  await settled(() =>
    [...root.querySelectorAll("button")].some(({ textContent }) => textContent === "Judge"),
  );
  press("Judge");
}

async function judgeSome(stage: Stage): Promise<void> {
  await openJudge(stage);
  await judgeThree(stage);
}

async function judgeThree({ root, press }: Stage): Promise<void> {
  for (const vote of ["1 is better", "0 Tie", "2 is better"]) {
    await settled(() => root.querySelector(".rk-judge-pair") !== null && !root.querySelector("[data-fate]"));
    press(vote);
  }
  press("Stop");
  await settled(() => root.querySelector(".rk-won-places") !== null);
}
/** Says what a chat model would be asked. */
async function askModel(stage: Stage): Promise<void> {
  await judgeThree(stage);
  stage.press("Ask a chat model…");
  await settled(() => stage.root.textContent?.includes("In all: about") ?? false);
}
const judged = { traits: { form, takes, images: [image()] } };
const keyless = {
  name: "Reka",
  url: "",
  sandbox: false,
  problem: null,
  lacks_key: true,
  keyring_problem: "This machine has no keyring.",
};
const today = {
  made: 31,
  reused: 9,
  spent: null,
  per_second: "$0.21",
  budget: { words: "$6.20 of $20", share: 0.31 },
};
const shelve = (kernel: FakeKernel) => {
  kernel.shelf = many;
};
const type = (root: HTMLElement, words: string) => {
  const field = root.querySelector<HTMLInputElement>(".rk-search");
  if (!field) return;
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
/** Takes of one idea, of all shapes and kinds. */
const alike: Take[] = [
  ["pan left over the pier", {}],
  ["pan right over the pier", {}],
  ["tilt up to the sky", { duration: 8, settings: { duration: "8" } }],
  ["dolly in over the water", { endpoint: veo.id, title: veo.title, rating: 1 }],
  ["dolly in over the water", { remarks: ["The film freezes: its last 3 s are one frame."], rating: 3 }],
  ["dolly in over the water", { number: 2, pinned: true }],
  ["dolly in over the water", { settings: { duration: "5", generate_audio: true, cfg_scale: 0.7 } }],
  [
    "",
    {
      kind: "audio",
      media_type: "audio/mpeg",
      width: null,
      height: null,
      prompt: "Good evening",
      title: "Voice",
    },
  ],
  ["zoom out to the bay", { id: "tall", width: 1080, height: 1920 }],
  ["zoom out to the bay", { id: "photo", kind: "image", media_type: "image/png", duration: null, fps: null }],
  ["zoom out to the bay", { id: "broken", duration: 0.2 }],
].map(([words, about], place) =>
  take({
    id: `alike-${place}`,
    prompt: `The harbour at dawn, gulls rising from the masts in the mist, warm light, ${words}`,
    created: 1_795_440_000 - place,
    ...(about as Partial<Take>),
  }),
);
function shapes(kernel: FakeKernel): void {
  kernel.handlers.sprite = async ({ take }) => {
    if (take === "broken") throw new RefusedError("This film does not decode.", null);
    const shape = take === "tall" ? { width: 108, height: 192 } : { width: 192, height: 108 };
    return drawSprite(take, { frames: 24, columns: 6, ...shape });
  };
}
function scrub(root: HTMLElement, index: number, part: number): void {
  const picture = root.querySelectorAll(".rk-cell .rk-take-picture")[index];
  const { left, width } = picture?.getBoundingClientRect() ?? { left: 0, width: 0 };
  picture?.dispatchEvent(new PointerEvent("pointermove", { clientX: left + width * part, bubbles: true }));
}
const compared = takes.map((one, place) => ({
  ...one,
  pinned: place === 1,
  has_audio: place !== 2,
  settings: place % 3 === 1 ? { seed: 7, generate_audio: false } : { cfg_scale: 0.7, generate_audio: true },
  ...(place === 3 ? { width: 1080, height: 1920 } : {}),
}));
async function select({ root }: Stage, count: number): Promise<void> {
  for (const toggle of [...root.querySelectorAll<HTMLButtonElement>(".rk-select")].slice(0, count)) {
    toggle.click();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const full = { form, images: [image()], takes };
const both = {
  ...veo,
  id: "both",
  images: [
    { slot: "start", title: "Start image", required: true },
    { slot: "end", title: "End image", required: false },
  ],
};
const queued = job({
  id: "job-2",
  state: "queued",
  stage: "Waiting in the queue, 2 ahead",
  elapsed: 9,
  expected: null,
  prompt: "Crane up from the pier, gulls crossing",
  image: "sha256:other",
});
const failed = job({
  id: "job-3",
  state: "failed",
  stage: "Failed after 14 s",
  elapsed: 14,
  prompt: "The lamp of the lighthouse turns once",
  error:
    "The service refused the prompt: it names a living person. Nothing was charged. Change the prompt and generate again. Request 9f2c-11.",
  can_cancel: false,
});

/** Takes of every kind, as they come from one idea. */
const kinds: Take[] = [
  boxed(),
  speech(),
  pictures(4),
  take({ id: "heard", prompt: "The boat leaves, gulls rise", has_audio: true }),
  pictures(1, { id: "one", prompt: "The same boat by night", rating: 2 }),
  speech({ id: "speech-2", prompt: "Good evening, and welcome aboard.", duration: 62 }),
  ...takes.slice(0, 4),
].map((one, place) => ({ ...one, created: 1_795_440_000 - place }));
const ofKinds = {
  form,
  images: [image()],
  endpoints: everyTask,
  takes: kinds,
};
const openKind =
  (id: string, then: (stage: Stage) => void | Promise<void> = () => {}) =>
  async (stage: Stage) => {
    stage.root.querySelector<HTMLButtonElement>(`[data-take="${id}"] .rk-take`)?.click();
    await soon();
    await soon();
    await then(stage);
  };
/** Opens a take and unfolds its details. */
const detailed = async (stage: Stage) => {
  await open(stage);
  await soon();
  stage.press("⋯");
  await soon();
};
/** Selects the posters from one place on to another. */
const selecting = async (root: HTMLElement, from: number, to: number) => {
  await soon();
  const posters = () => [...root.querySelectorAll<HTMLElement>(".rk-wall .rk-take")];
  for (const at of Array.from({ length: to - from }, (_, index) => from + index)) {
    if (!posters()[at]) break;
    posters()[at]?.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true }));
  }
  await soon();
  await soon();
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 150));
const open = async ({ root }: Stage) => {
  root.querySelector<HTMLButtonElement>(".rk-take")?.click();
};

const varied = { ...form, prompt: "A {{slow|fast}} dolly in over the water, {{dawn|noon|dusk}}" };
const filled = (count: number) =>
  Array.from({ length: count }, (_, at) => position({ state: "kept", stage: "Kept", job: `take-${at}` }));
const COURSES = ["slow", "fast"];
const LIGHTS = ["dawn", "noon", "dusk", "mist"];
const grid = sweep({
  columns: LIGHTS,
  rows: COURSES,
  positions: [
    ...filled(5),
    position({ state: "failed", stage: "Failed", job: "job-3", error: failed.error }),
    position({ state: "running", stage: "Making the video", job: "job-1" }),
    position(),
  ],
  words: "5 of 8 done, 1 failed",
  finished: 6,
});
const swept = takes.map((one, at) => ({ ...one, rating: [2, 1, 3, 0, 0][at] ?? 0 }));
const finished = (about: Partial<Sweep>, count: number) =>
  sweep({
    positions: Array.from({ length: count }, (_, at) =>
      position({ state: "kept", stage: "Kept", job: `take-${at}` }),
    ),
    words: `${count} of ${count} done`,
    finished: count,
    done: true,
    ...about,
  });
/** A sweep of what is no video: three kept, one at work, and what the form says meanwhile. */
const sweepOf = (one: Take, prompts: string[]): Scene => ({
  traits: {
    endpoints: everyTask,
    form: { endpoint: one.endpoint, prompt: "A {{calm|quick|long|last}} one", settings: {} },
    images: [image()],
    takes: prompts.map((prompt, at) => ({ ...one, id: `${one.id}-${at}`, prompt })),
    jobs: [job({ endpoint: one.endpoint, title: one.title })],
    sweeps: [
      sweep({
        endpoint: one.endpoint,
        title: one.title,
        columns: ["calm", "quick", "long", "last"],
        positions: [
          ...prompts.map((prompt, at) =>
            position({ prompt, state: "kept", stage: "Kept", job: `${one.id}-${at}` }),
          ),
          position({ state: "running", stage: "Working", job: "job-1" }),
        ],
        words: "3 of 4 done",
        finished: 3,
      }),
    ],
  },
});
/** As a fake wall: enough takes for any sweep. */
const dozens = Array.from({ length: 24 }, (_, at) => ({
  ...(takes[at % takes.length] as Take),
  id: `take-${at}`,
  rating: [2, 1, 3, 0, 0, 0][at % 6] ?? 0,
}));

/** Takes that are measured, but for some; of a few something is probably wrong. */
const measuredTakes = (takes: readonly Take[]) =>
  takes.map((one, at) =>
    at % 9 === 8
      ? one
      : {
          ...one,
          measured: measured(
            {
              motion: [0.42, 0.11, 0.87, 1.2, 0, 0.3][at % 6] ?? 0,
              sharpness: 0.2 + ((at * 7) % 10) / 14,
              ...(at % 4 === 3 ? {} : { loudness: -23.4 - at }),
              frozen: at % 5 === 2 ? 2.1 : 0,
              loop: ((at * 3) % 10) / 10,
            },
            ...(at % 5 === 2 ? ["Frozen for 2.1 of 5 s"] : []),
            ...(at % 10 === 2 ? ["2 cuts", "Unlike the start image"] : []),
            ...(at % 7 === 4 ? ["Unlike the start image"] : []),
          ),
        },
  );
const effect = (won: number, judged: number, share: number, wide: number, certain = false): Effect => ({
  ...{ won, judged, share, certain, least: Math.max(0, share - wide), most: Math.min(1, share + wide) },
  words: certain ? "Likely better than fast." : "Not yet certain: about 6 more judgements would tell.",
  separable: true,
});
const effects: EffectsValue = {
  columns: [
    effect(6, 8, 0.72, 0.2, true),
    effect(3.5, 7, 0.5, 0.3),
    effect(2, 6, 0.38, 0.28),
    { ...effect(2, 5, 0.4, 0.2), separable: false, words: "It never varied alone, so nothing can be said." },
  ],
  rows: [
    [effect(9, 12, 0.74, 0.16, true), effect(5, 12, 0.45, 0.2)],
    [effect(3, 12, 0.26, 0.16, true), effect(7, 12, 0.55, 0.2)],
  ],
  words: "slow likely beats fast",
};
const scaled = (by: string) => (kernel: FakeKernel) => {
  sessionStorage.setItem("rk-heat:shots", JSON.stringify({ "sweep-1": by }));
  kernel.handlers.effects = async () => ({ value: effects });
  kernel.handlers.measures = async () => ({ value: measures({ unmeasured: 1204 }) });
};

const refused =
  "Reka refused the file's address three times (403 Forbidden, https://files.reka.example/v1/outputs/9f2c-11/a-very-long-name-without-any-space-in-it.mp4?signature=0123456789abcdef0123456789abcdef). The answer is kept, and the video was paid for. Run this cell again to fetch it: it is not charged again. Request 9f2c-11.";
const write = (root: HTMLElement, words: string) => {
  const note = root.querySelector<HTMLTextAreaElement>(".rk-note");
  if (!note) return;
  note.value = words;
  note.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const unplayed = take({
  id: "unplayed",
  kind: "other",
  media_type: "text/html",
  file: "harbour-slow-dolly-9.html",
  width: null,
  height: null,
  duration: null,
  bytes: 1834,
  remarks: [
    "What arrived is a web page and not a video. Fetch it again from Details, or ask Reka about request 9f2c-11.",
  ],
});

/** The four words: with nothing there, filled in, and with what is missing said. */
const words: { [name: string]: Scene } = Object.fromEntries(
  Object.entries({ video: "Video", image: "Image", speech: "Speech", boxes: "Boxes" }).flatMap(
    ([name, word]) => {
      const choose = (root: HTMLElement) =>
        [...root.querySelectorAll<HTMLLabelElement>(".rk-output")]
          .find(({ textContent }) => textContent === word)
          ?.click();
      const base = { endpoints: everyTask, takes: [], jobs: [] };
      const empty: Scene = { traits: { ...base, images: [] }, act: ({ root }) => choose(root) };
      return [
        [`word-${name}-empty`, empty],
        [`word-${name}-filled`, { traits: { ...full, ...base }, act: ({ root }) => choose(root) }],
        [
          `word-${name}-error`,
          {
            ...empty,
            act: async ({ root, press }) => {
              choose(root);
              await new Promise((resolve) => setTimeout(resolve, 300));
              press("Generate");
            },
          },
        ],
      ];
    },
  ),
);

/** A studio with a chain, with one of its takes open. */
const chained = (steps: readonly ChainStep[], more = 0): Scene => ({
  traits: { form, images: [image()], takes: chainTakes, endpoints: everyTask, opened: "shot-2" },
  prepare(kernel) {
    kernel.handlers.chain = async () => ({ value: { steps: [...steps], more } });
  },
});

const openFamily = async ({ press }: Stage) => {
  press("Family");
  await soon();
};
/** A studio with the family of its open take. */
const withFamily = (value: FamilyValue, opened: string): Scene => ({
  traits: { ...chained(chain).traits, takes: [...chainTakes, take({ id: "large" })], opened },
  prepare(kernel) {
    kernel.handlers.chain = async () => ({ value: { steps: [...chain], more: 0 } });
    kernel.handlers.family = async () => ({ value });
  },
  act: openFamily,
});

/** The wall of a team of four. */
const team: Take[] = many.map((one, place) => {
  const person = ["Ben", "Ana", "Ben", "Ben", "maximiliane.von-der-heide@studio.example", "Cleo"][place % 6];
  const others = [
    { person: "Ana", rating: 3, verdict: "picked" as const, note: "The gulls are right in this one." },
    {
      person: "Cleo",
      rating: 2,
      verdict: null,
      note: "Too fast at the end; the light is what we want for shot 4.",
    },
    { person: "Dara", rating: 2, verdict: null, note: "" },
  ];
  return {
    ...one,
    here: one.here && person === "Ben",
    team: ofTeam(person, {
      others: place % 5 === 1 ? others : [],
      collections: place % 5 === 1 ? ["shots", "Opening, second cut"] : [],
    }),
  };
});
const collections = [
  collection({ name: "Opening, second cut", takes: 12 }),
  collection({ name: "boats", person: "Ana", mine: false, takes: 31 }),
  collection({ name: "selects", shared: false, takes: 4 }),
  collection({ name: "shots", takes: 36 }),
];
const ofATeam = (view: "all" | "mine" | "here", act?: Scene["act"], open = "take-1"): Scene => ({
  traits: {
    form,
    images: [image()],
    takes: team.slice(0, 60),
    counts: teamCounts(team, collections, { here: 13 }),
  },
  prepare(kernel) {
    kernel.shelf = team;
  },
  async act(stage) {
    const menu = stage.root.querySelector<HTMLSelectElement>(".rk-takes-head select");
    if (menu) menu.value = view;
    menu?.dispatchEvent(new Event("change", { bubbles: true }));
    await settled(
      () => Boolean(stage.root.querySelector(`.rk-wall [data-take="${open}"]`)) || view !== "all",
    );
    stage.root.querySelector<HTMLElement>(`.rk-wall [data-take="${open}"] .rk-take`)?.click();
    await soon();
    await act?.(stage);
  },
});
const collecting = async ({ press, root }: Stage) => {
  await settled(() => root.querySelector(".rk-collect-button") !== null);
  press("Add to collection…");
  await settled(() => root.querySelector(".rk-collect") !== null);
};
const filtered = (root: HTMLElement, value: string) => {
  const menu = [...root.querySelectorAll("select")].find((one) =>
    one.parentElement?.textContent?.includes("Filter by collection"),
  );
  if (menu) menu.value = value;
  menu?.dispatchEvent(new Event("change", { bubbles: true }));
};

export const scenes: { [name: string]: Scene } = {
  "from-file": {
    traits: { takes: takes.slice(0, 3), images: [image()] },
    prepare: (kernel) => {
      kernel.handlers.read_recipe = async () => ({
        value: {
          offer: {
            key: "one",
            prompt: `${WORDS}, and a boat with red sails comes in from the left`,
            written: WORDS,
            model: "Veo 3.1",
            settings: "Duration 8 s · Aspect ratio 16:9 · Seed 7",
            notes: [
              "Not in the file, which holds no addresses, paths or secrets: audio address.",
              "Its start image (1600 × 900), the last frame of “Pan left over the harbour”, isn't in your library. Add it yourself.",
            ],
            whole: true,
          },
        },
      });
    },
    act: async ({ root }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{"reka_recipe":1}'], "gulls-at-dawn.mp4", { type: "video/mp4" }));
      root
        .querySelector("textarea")
        ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      await new Promise((done) => setTimeout(done, 500));
    },
  },
  ...words,
  "team-all": ofATeam("all"),
  "team-mine": ofATeam("mine", undefined, "take-0"),
  "team-collecting": ofATeam("all", collecting),
  "team-first-collection": {
    ...ofATeam("all", collecting),
    traits: { form, images: [image()], takes: team.slice(0, 60), counts: teamCounts(team, []) },
  },
  "team-collected": ofATeam("all", async (stage) => {
    await collecting(stage);
    stage.root.querySelectorAll<HTMLElement>(".rk-collect-list input")[2]?.click();
    await settled(() => stage.root.querySelector(".rk-rejected") !== null);
  }),
  "team-refused": {
    ...ofATeam("all", async (stage) => {
      await collecting(stage);
      stage.kernel.handlers.uncollect = async () => {
        throw new RefusedError(
          "Take take-1 was added to 'shots' by Ana. Only they, or Ben whose collection it is, can take it out.",
          null,
        );
      };
      stage.root.querySelectorAll<HTMLElement>(".rk-collect-list input")[3]?.click();
      await settled(() => stage.root.querySelector(".rk-collect .rk-notice") !== null);
    }),
  },
  "team-collection": ofATeam("all", async ({ root }) => {
    filtered(root, "Opening, second cut");
    await soon();
  }),
  "team-new": ofATeam("all", async ({ kernel }) => {
    const created = 1_795_450_000;
    const fresh = take({ id: "fresh", prompt: "A fast dolly in, at noon", created, team: ofTeam("Ana") });
    kernel.set("takes", [fresh, ...team.slice(0, 59)]);
    await soon();
  }),
  "team-selected": ofATeam("all", async (stage) => {
    const { root } = stage;
    root.querySelector<HTMLElement>('[data-take="take-2"] .rk-select')?.click();
    await settled(() => root.querySelector(".rk-selection .rk-collect-button") !== null);
    root.querySelector<HTMLElement>(".rk-selection .rk-collect-button")?.click();
    await soon();
  }),
  "team-compared": ofATeam("all", async (stage) => {
    for (const id of ["take-1", "take-2"])
      stage.root.querySelector<HTMLElement>(`[data-take="${id}"] .rk-select`)?.click();
    await settled(() => stage.root.querySelector(".rk-compare") !== null);
    await collecting(stage);
  }),
  "team-joined": {
    traits: {
      form,
      images: [image()],
      jobs: [job({ note: "Ana is making this; it is joined. No extra charge." })],
      takes: team.slice(0, 60),
      counts: teamCounts(team, collections, { here: 13 }),
    },
    prepare(kernel) {
      kernel.shelf = team;
    },
  },
  "progress-joined": {
    view: "progress",
    traits: { job: job({ note: "Ana is making this; it is joined. No extra charge." }) },
  },
  family: {
    ...withFamily(family, "shot-2"),
  },
  "family-chosen": {
    ...withFamily(family, "shot-2"),
    act: async (stage) => {
      await openFamily(stage);
      const toggles = stage.root.querySelectorAll<HTMLElement>(".rk-member .rk-select");
      for (const at of [3, 4]) {
        toggles[at]?.click();
        await soon();
      }
    },
  },
  "family-large": withFamily(large, "large"),
  "family-alone": withFamily(
    {
      members: family.members.slice(4, 5).map((one) => ({ ...one, column: 0, row: 0 })),
      links: [],
      columns: 1,
      rows: 1,
      more: 0,
      hidden: 0,
    },
    "shot-2",
  ),
  "chain-empty": { traits: { takes: [], endpoints: everyTask } },
  chain: chained(chain),
  "chain-branches": chained(branched),
  "chain-long": chained(long, 3),
  "chain-older": chained(older),
  "chain-step": {
    ...chained(chain),
    act: ({ root }) => root.querySelector<HTMLElement>('[data-step="video:on-1"] button')?.click(),
  },
  "chain-asks": {
    ...chained(older),
    prepare(kernel) {
      const many = older.map((one) =>
        one.redo ? { ...one, redo: { ...one.redo, new: 12, amount: "about $12.80" } } : one,
      );
      kernel.handlers.chain = async () => ({ value: { steps: many, more: 0 } });
      kernel.handlers.redo_step = async () => ({ value: { sweep: null, one: null, new: 12 } });
    },
    act: ({ press }) => press("Redo 12"),
  },
  "kind-video": { traits: ofKinds, act: openKind("heard") },
  "kind-image": { traits: ofKinds, act: openKind("one") },
  "kind-images": {
    traits: ofKinds,
    act: openKind("pictures", ({ root }) => root.querySelectorAll<HTMLElement>(".rk-file")[1]?.click()),
  },
  "kind-sound": { traits: ofKinds, act: openKind("speech") },
  "kind-boxes": { traits: ofKinds, act: openKind("boxed") },
  "kind-boxes-marked": {
    traits: ofKinds,
    act: openKind("boxed", ({ root }) =>
      root.querySelectorAll<HTMLElement>(".rk-box-table tbody button")[3]?.focus(),
    ),
  },
  "kind-boxes-none": {
    traits: ofKinds,
    prepare(kernel) {
      kernel.handlers.boxes = async () => ({
        value: { media_type: "", width: null, height: null, boxes: [] },
      });
    },
    act: openKind("boxed"),
  },
  "kind-boxes-many": {
    traits: ofKinds,
    prepare(kernel) {
      const { boxes } = kernel.handlers;
      kernel.handlers.boxes = async (fields, buffers) => {
        const { value, ...rest } = await boxes(fields, buffers);
        const many = Array.from({ length: 60 }, (_, at) => {
          const relative = [(at % 10) / 10, Math.floor(at / 10) / 7, 0.12, 0.16];
          return { label: `gull ${at + 1}`, relative, pixels: null, score: 0.5 + at / 200 };
        });
        return { ...rest, value: { ...value, boxes: many } };
      };
    },
    act: openKind("boxed"),
  },
  "kind-boxes-cropped": {
    traits: { ...ofKinds, form: { ...form, endpoint: veo.id, settings: { aspect_ratio: "16:9" } } },
    act: openKind("boxed", async ({ root }) => {
      root.querySelectorAll<HTMLElement>(".rk-box-table tbody button")[2]?.click();
      await soon();
    }),
  },
  "kind-sound-under": { traits: ofKinds, act: openKind("speech", ({ press }) => press("Put under a video")) },
  "kind-video-under": { traits: ofKinds, act: openKind("heard", ({ press }) => press("Put a sound under")) },
  "kind-sound-arrives": {
    traits: ofKinds,
    prepare(kernel) {
      kernel.handlers.media = () => new Promise(() => {});
    },
    act: openKind("speech"),
  },
  "kind-empty-sound": {
    traits: { ...ofKinds, takes: [], form: { ...form, endpoint: eleven.id, settings: {} } },
  },
  "new-takes": {
    traits: { ...full, jobs: [job({ id: "a", prompt: "One" }), job({ id: "b", prompt: "Two" })] },
    async act(stage) {
      await open(stage);
      await soon();
      write(stage.root, "The gulls rise too early; slower at first");
      for (const id of ["a", "b"]) finish(stage.kernel, id);
      await soon();
    },
  },
  "note-unsaved": {
    traits: full,
    prepare(kernel) {
      kernel.handlers.note = async () => {
        throw new Error("The library's disk is full. Free some space, then leave the note once more.");
      };
    },
    async act(stage) {
      await open(stage);
      await soon();
      write(stage.root, "The gulls rise too early; slower at first");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  },
  remarks: {
    traits: {
      ...full,
      takes: takes.map((one) => ({
        ...one,
        remarks: [
          "The sound is 1.2 s longer than the picture.",
          "43 bytes after the end of the film were ignored.",
        ],
      })),
    },
    act: open,
  },
  doubted: {
    traits: {
      ...full,
      takes: takes.map((one, place) => ({
        ...one,
        remarks:
          place === 0
            ? [
                DOUBT,
                "The film does not begin with the image you sent: the service may not know the field `image_url`.",
              ]
            : place === 3
              ? [DOUBT]
              : [],
        pinned: place === 3,
      })),
    },
    async act(stage) {
      await open(stage);
      await soon();
      stage.root
        .querySelector<HTMLElement>("[data-take=take-3] .rk-take")
        ?.focus({ focusVisible: true } as FocusOptions);
    },
  },
  unplayed: {
    traits: { ...full, takes: [unplayed, ...takes] },
    prepare(kernel) {
      kernel.handlers.media = async () => ({
        value: { media_type: "text/html", name: unplayed.file },
        buffers: [new TextEncoder().encode("<h1>403 Forbidden</h1>\n<p>nginx</p>").buffer as ArrayBuffer],
      });
    },
    act: open,
  },
  "long-error": {
    traits: { ...full, jobs: [{ ...failed, stage: "Not downloaded", error: refused }] },
  },
  "long-error-cell": {
    view: "progress",
    traits: { job: { ...failed, stage: "Not downloaded", error: refused } },
  },
  price: { traits: { ...full, takes: [] }, prepare: (kernel) => priced(kernel, plan()) },
  "price-unknown": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, plan({}, UNKNOWN)),
  },
  "price-yours": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, plan({}, { basis: "your price · 5 s of video" })),
  },
  "price-budget-left": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, plan({ limit: { left: "$13.40 of $20 left today", over: null } })),
  },
  "price-models": {
    traits: { ...full, takes: [], form: { ...varied, models: [veo.id, sora.id] } },
    prepare: (kernel) =>
      priced(
        kernel,
        plan(
          { count: 18, kept: 2, underway: 1, limit: { left: "$13.40 of $20 left today", over: null } },
          {
            amount: "more than $9.75",
            basis: "from 9 bills · price not known yet for 6 of 15 · 90 s of video",
            parts: ["Kling v3 Pro about $3.90", "Veo 3.1 about $5.85", "Sora 2 Pro price not known yet"],
          },
        ),
      ),
  },
  "price-over": {
    traits: { ...full, takes: [], form: varied },
    prepare(kernel) {
      const over = "Over budget: up to $4.20. The first 2 would fit.";
      priced(
        kernel,
        plan(
          { count: 6, kept: 1, limit: { left: "$1.40 of $20 left today", over } },
          { span: "maybe $2.50 to $4.20" },
        ),
      );
      kernel.handlers.sweep_begin = async () => {
        throw new RefusedError(OVER, null);
      };
    },
  },
  "price-refused": {
    traits: { ...full, takes: [], form: varied },
    prepare: (kernel) => scenes["price-over"]?.prepare?.(kernel),
    async act({ press }) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      press("Generate");
    },
  },
  "price-sandbox": {
    traits: { ...full, takes: [], service: { name: "Sandbox", url: "", sandbox: true, problem: null } },
    prepare: (kernel) => priced(kernel, plan()),
  },
  "price-kept": {
    traits: full,
    prepare: (kernel) => priced(kernel, plan({ count: 1, kept: 1 })),
  },
  empty: { traits: { service: { name: "Sandbox", url: "", sandbox: true, problem: null } } },
  meter: {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, plan({ count: 8, kept: 6, underway: 1 })),
  },
  "meter-left-out": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, metered(12, 4)),
    act: async ({ root }) => {
      await settled(() => root.querySelectorAll(".rk-square").length === 12);
      root.querySelectorAll<HTMLElement>(".rk-square")[6]?.click();
      root.querySelectorAll<HTMLElement>(".rk-square")[9]?.focus();
    },
  },
  "meter-many": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, metered(40, 11)),
  },
  "meter-bar": {
    traits: { ...full, takes: [] },
    prepare: (kernel) => priced(kernel, metered(96, 30)),
  },
  differs: {
    traits: {
      ...full,
      takes: [],
      form: { ...form, settings: { duration: "5" }, models: [veo.id, sora.id] },
    },
    prepare: (kernel) =>
      priced(
        kernel,
        plan(
          { count: 3 },
          { parts: ["Kling v3 Pro about $0.65", "Veo 3.1 about $1.20", "Sora 2 Pro price not known yet"] },
        ),
      ),
  },
  "text-only": {
    traits: { ...full, takes: [], form: { ...form, endpoint: "nano-banana/text-to-image", settings: {} } },
  },
  "models-absent": {
    traits: {
      endpoints: [endpoint(), veo, { ...sora, absent: true, note: NOT_LISTED }],
      form: { ...form, endpoint: sora.id, settings: {} },
    },
  },
  "models-refreshed": {
    traits: { endpoints: [endpoint(), veo, { ...sora, absent: true, note: NOT_LISTED }], form },
    act: ({ root }) => refreshed(root),
  },
  "empty-sora": { traits: { form: { ...form, endpoint: sora.id, prompt: "", settings: {} } } },
  "no-key": { traits: { service: keyless } },
  "no-key-kept": { traits: { service: { ...keyless, keyring_problem: null } } },
  "key-refused": {
    traits: { service: keyless },
    prepare(kernel) {
      kernel.handlers.use_key = () => {
        throw new Error("The API key has quotes around it: take them away. It was not sent.");
      };
    },
    async act({ root, press }) {
      const field = root.querySelector<HTMLInputElement>("input[type=password]");
      if (!field) return;
      field.value = "a key";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      press("Use");
    },
  },
  "day-full": { traits: { ...wall, day: today } },
  "day-spent": {
    traits: { ...wall, day: { ...today, budget: null, spent: "about $6.20", per_second: null } },
  },
  "day-sandbox": {
    traits: {
      ...wall,
      day: { ...today, budget: null, per_second: null },
      service: { name: "Sandbox", url: "", sandbox: true, problem: null, own_sandbox: true },
    },
  },
  uploading: {
    traits: { form },
    prepare(kernel) {
      let count = 0;
      kernel.handlers.upload_chunk = async () =>
        ++count > 3 ? new Promise(() => {}) : { value: { received: count * 40_000 } };
      kernel.chunk = 40_000;
    },
    async act({ kernel, root }) {
      const { buffers } = await kernel.handlers.preview({ digest: "harbour" }, []);
      const padding = new Uint8Array(220_000);
      const file = new File([...(buffers ?? []), padding], "IMG_20261104_071233.jpg", { type: "image/jpeg" });
      drop(root, file);
    },
  },
  "upload-refused": {
    traits: { form },
    prepare(kernel) {
      kernel.handlers.upload_end = async () => {
        throw new Error("notes.pdf is not an image. JPEG, PNG, WebP, HEIC and AVIF can be read.");
      };
    },
    act({ root }) {
      drop(root, new File(["%PDF"], "notes.pdf", { type: "application/pdf" }));
    },
  },
  full: {
    traits: { ...full, jobs: [job(), queued], form: { ...form, settings: { duration: "8" } } },
    act: open,
  },
  log: {
    traits: {
      ...full,
      takes: full.takes?.map((one) => ({ ...one, pinned: one.id === "take-1" })) ?? [],
      jobs: [
        job({
          log: ["Queued", "Started", "25% done", "Frame 24 of 120: 1,204 ms", "50% done", "Frame 61 of 120"],
        }),
        { ...queued, elsewhere: true },
      ],
    },
    async act({ root, press }) {
      root.querySelector<HTMLButtonElement>(".rk-log-button")?.click();
      await soon();
      root.querySelectorAll<HTMLButtonElement>(".rk-take")[1]?.click();
      await soon();
      press("⋯");
      await soon();
      press("Pin");
    },
  },
  portrait: {
    traits: {
      form: { ...form, endpoint: veo.id },
      images: [
        image({ width: 3024, height: 4032, name: "a very long name of a photograph from the phone.jpg" }),
      ],
      takes: [take({ id: "tall", width: 1080, height: 1920 }), ...takes],
    },
    act: open,
  },
  more: {
    traits: {
      ...full,
      form: { ...form, endpoint: veo.id, settings: { duration: "4s", seed: -4, generate_audio: false } },
      takes: [],
    },
    act: ({ press }) => press("More"),
  },
  sweep: {
    traits: {
      ...full,
      takes: swept,
      form: { ...varied, endpoint: veo.id },
      jobs: [job(), failed],
      sweeps: [grid],
    },
    act: open,
  },
  heat: {
    traits: {
      ...full,
      takes: measuredTakes(swept),
      form: { ...varied, endpoint: veo.id },
      jobs: [job(), failed],
      sweeps: [grid],
    },
    prepare: scaled("motion"),
    act: open,
  },
  "heat-one-axis": {
    unfolded: true,
    traits: {
      ...full,
      takes: measuredTakes(dozens),
      sweeps: [finished({ columns: [...LIGHTS, "a storm that comes up from the sea", "fog", "rain"] }, 7)],
    },
    prepare: scaled("rating"),
    act: async () => void (await soon()),
  },
  "heat-three-axes": {
    unfolded: true,
    traits: {
      ...full,
      takes: measuredTakes(dozens),
      sweeps: [
        finished(
          {
            columns: LIGHTS,
            rows: COURSES.flatMap((row) => [`${row} · Duration 4 s`, `${row} · Duration 8 s`]),
          },
          16,
        ),
      ],
    },
    prepare: scaled("sharpness"),
    act: async () => void (await soon()),
  },
  "heat-equal": {
    unfolded: true,
    traits: { ...full, takes: measuredTakes(dozens), sweeps: [finished({ columns: ["dawn"] }, 1)] },
    prepare: scaled("loudness"),
    act: async () => void (await soon()),
  },
  "tray-seven": {
    traits: { ...wall, takes: many.slice(0, 60) },
    act: ({ root }) => selecting(root, 0, 7),
  },
  "tray-many": {
    traits: { ...wall, takes: many.slice(0, 60) },
    prepare(kernel) {
      kernel.shelf = many;
    },
    async act({ root }) {
      await selecting(root, 0, 1);
      await settled(() => root.querySelector(".rk-selection") !== null);
      const keys = { key: "a", code: "KeyA", ctrlKey: true, bubbles: true };
      root.querySelector(".rk-wall .rk-take")?.dispatchEvent(new KeyboardEvent("keydown", keys));
      await settled(() => root.querySelector(".rk-tray") !== null);
      await soon();
    },
  },
  "tray-kinds": {
    traits: ofKinds,
    act: ({ root }) => selecting(root, 0, 7),
  },
  "tray-told": {
    traits: { ...wall, takes: many.slice(0, 60) },
    prepare(kernel) {
      const told =
        "The media are 312 MB, too much for one page, so it has only pictures. Python's takes.contact_sheet(path, copy=True) writes one that plays, with the media beside it.";
      kernel.handlers.sheet = async () => ({
        value: { media_type: "text/html", name: "contact-sheet.html", told },
      });
    },
    async act({ root }) {
      await selecting(root, 0, 7);
      for (const button of root.querySelectorAll("button"))
        if (button.textContent === "Contact sheet") {
          button.click();
          await soon();
        }
      await soon();
    },
  },
  "tray-away": {
    traits: { ...wall, takes: many.slice(0, 60) },
    async act({ root, press }) {
      await selecting(root, 0, 7);
      press("Show all 155");
      scrollTo(0, document.body.scrollHeight);
      await soon();
    },
  },
  "tray-cleared": {
    traits: { ...wall, takes: many.slice(0, 60) },
    async act({ root, press }) {
      await selecting(root, 0, 7);
      press("Clear");
      await soon();
    },
  },
  "one-selected": {
    traits: wall,
    act: ({ root }) => selecting(root, 1, 2),
  },
  "wall-sorted": {
    traits: { ...wall, takes: measuredTakes(wall.takes) },
    prepare(kernel) {
      sessionStorage.setItem("rk-sort:shots", JSON.stringify("motion"));
      scaled("")(kernel);
      kernel.shelf = measuredTakes(many);
    },
    act: async () => void (await soon()),
  },
  "wall-ten-thousand": {
    traits: {
      ...wall,
      takes: measuredTakes(wall.takes),
      counts: counts(many, { all: 10_000, here: 10_000 }),
    },
    prepare(kernel) {
      const newest = measuredTakes(wall.takes);
      const sorted = [{ ...(newest[0] as Take), id: "most" }, ...newest.slice(1)];
      kernel.handlers.find = async ({ by }) => ({
        value: { takes: by ? sorted : newest, total: 10_000, next: "more" },
      });
    },
    act: async () => void (await soon()),
  },
  "wall-measuring": {
    traits: {
      ...wall,
      takes: measuredTakes(wall.takes),
      measuring: { changed: 3, running: true, done: 310, of: 1204, problem: null },
    },
    prepare(kernel) {
      sessionStorage.setItem("rk-sort:shots", JSON.stringify("-sharpness"));
      scaled("")(kernel);
      kernel.shelf = measuredTakes(many);
    },
    act: async () => void (await soon()),
  },
  "take-measured": {
    traits: { ...full, takes: measuredTakes(swept) },
    prepare: scaled(""),
    async act({ root }) {
      await soon();
      root.querySelectorAll<HTMLElement>(".rk-wall .rk-take")[2]?.click();
      await soon();
      root.querySelector<HTMLElement>('[aria-label="Details and more"]')?.click();
      await soon();
    },
  },
  "sweep-sounds": sweepOf(speech(), ["Good morning.", "Welcome aboard.", "We leave at eight."]),
  "sweep-boxes": sweepOf(boxed({ endpoint: "reka-edge/image-to-bbox" }), ["sun", "hill", "boat"]),
  "sweep-images": sweepOf(pictures(2), ["A calm sea", "A quick boat", "A long pier"]),
  "sweep-playing": {
    traits: {
      ...full,
      form: { ...varied, endpoint: veo.id },
      sweeps: [{ ...grid, positions: [...filled(7), position()], words: "7 of 8 done", finished: 7 }],
    },
    async act({ press }) {
      press("Play in step");
      await soon();
    },
  },
  "sweep-3": {
    traits: {
      ...full,
      form: { ...form, settings: { duration: ["5", "8"] } },
      jobs: [job()],
      sweeps: [sweep()],
    },
  },
  "sweep-12": {
    unfolded: true,
    traits: {
      ...full,
      takes: dozens,
      sweeps: [
        finished(
          {
            columns: [
              ...LIGHTS,
              "a storm that comes up from the sea",
              "snow",
              "fog",
              "rain",
              "night",
              "a full moon",
              "the blue hour",
              "noon in August",
            ],
          },
          12,
        ),
      ],
    },
    act: open,
  },
  "sweep-4x2": {
    unfolded: true,
    traits: { ...full, takes: dozens, sweeps: [finished({ columns: LIGHTS, rows: COURSES }, 8)] },
    act: open,
  },
  "sweep-two-by-two": {
    unfolded: true,
    traits: {
      ...full,
      takes: dozens,
      sweeps: [finished({ columns: ["dawn", "noon"], rows: ["Duration 4 s", "Duration 8 s"] }, 4)],
    },
  },
  "sweep-three-axes": {
    traits: {
      ...full,
      takes: dozens,
      form: { ...varied, endpoint: veo.id, settings: { duration: ["4s", "8s"] } },
      sweeps: [
        sweep({
          endpoint: veo.id,
          columns: LIGHTS,
          rows: COURSES.flatMap((row) => [`${row} · Duration 4 s`, `${row} · Duration 8 s`]),
          positions: [
            ...filled(6),
            position({ state: "left_out", stage: "Left out" }),
            ...Array.from({ length: 9 }, () => position({ stage: "Paused" })),
          ],
          words: "6 of 15 done, paused",
          finished: 6,
          paused: true,
          note: "3 in a row have failed, so nothing more is sent. See why, then resume, or cancel.",
        }),
      ],
    },
  },
  "sweep-failed": {
    traits: {
      ...full,
      jobs: [failed, { ...failed, id: "job-4", state: "expired", stage: "Timed out (can be resumed)" }],
      sweeps: [
        sweep({
          columns: LIGHTS,
          rows: COURSES,
          positions: [
            ...filled(4),
            position({ state: "failed", stage: "Failed", job: "job-3", error: failed.error }),
            position({
              state: "expired",
              stage: "Timed out",
              job: "job-4",
              error: "Timed out: request 9f2c.",
            }),
            ...filled(7).slice(4, 6),
          ],
          words: "6 of 8 done, 1 failed, 1 timed out",
          finished: 8,
          done: true,
        }),
      ],
    },
  },
  "sweep-folded": {
    traits: {
      ...full,
      takes: dozens,
      sweeps: [
        finished({ columns: LIGHTS, rows: COURSES }, 8),
        finished({ id: "sweep-0", columns: ["5 s", "8 s", "10 s"], positions: filled(11).slice(8) }, 3),
      ],
    },
  },
  "sweep-asks": {
    traits: { ...full, takes: [], form: varied },
    prepare(kernel) {
      kernel.handlers.plan = async () => ({ value: plan({ count: 12, kept: 2, underway: 1 }) });
      kernel.handlers.sweep_begin = async () => ({ value: { sweep: null, one: null, new: 9 } });
    },
    async act({ press }) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      press("Generate");
    },
  },
  "sweep-unread": {
    traits: { ...full, takes: [], form: { ...form, prompt: "A {{slow|fast dolly in" } },
    prepare(kernel) {
      kernel.handlers.plan = async () => {
        throw new RefusedError(
          "“{{slow|fast dolly in” is not closed. Close it with }}, or write \\{{ for the braces themselves.",
          "prompt",
        );
      };
    },
    act: () => new Promise((resolve) => setTimeout(resolve, 400)),
  },
  "failed-open": { traits: { ...full, jobs: [job({ elapsed: 130 }), failed], opened: failed.id } },
  "job-tall": {
    traits: { ...full, takes: [], jobs: [job({ tall: true, log: ["Queued", "Started"] })] },
  },
  sound: {
    traits: {
      ...full,
      takes: [
        take({ id: "a", kind: "audio", media_type: "audio/wav", width: null, height: null, prompt: "Gulls" }),
        take({ id: "b", kind: "image", media_type: "image/png", duration: null, prompt: "The harbour" }),
      ],
    },
    prepare(kernel) {
      kernel.handlers.media = async () => ({
        value: { media_type: "audio/wav", name: "x.wav" },
        buffers: [tone(0.1)],
      });
    },
    act: open,
  },
  failed: { traits: { ...full, jobs: [job({ elapsed: 130 }), failed] } },
  refused: {
    traits: { ...full, takes: [] },
    prepare(kernel) {
      kernel.handlers.generate = async () => {
        throw new Error(
          "Reka refused this: the balance is used up. Nothing was charged. Add credit to the account, then generate again. Request 7a31.",
        );
      };
    },
    act: ({ press }) => press("Generate"),
  },
  missing: { traits: { form }, act: ({ press }) => press("Generate") },
  kept: {
    traits: full,
    prepare(kernel) {
      kernel.handlers.generate = async () => ({ value: { job: "take-1", kept: true } });
    },
    act: ({ press }) => press("Generate"),
  },
  gone: {
    traits: { ...full, jobs: [job()] },
    prepare(kernel) {
      kernel.gone = true;
    },
  },
  dragging: {
    traits: { ...full, takes: [] },
    act({ root }) {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.jpg"));
      root
        .querySelector("section")
        ?.dispatchEvent(new DragEvent("dragenter", { dataTransfer, bubbles: true }));
    },
  },
  "end-image": {
    traits: {
      ...full,
      images: [image(), image({ slot: "end", name: "the boats in the evening.jpg", digest: "sha256:end" })],
      takes: [],
    },
  },
  crop: {
    traits: {
      ...full,
      form: { ...form, endpoint: veo.id, settings: { aspect_ratio: "16:9" } },
      takes: [],
    },
    act: ({ root }) => root.querySelector<HTMLElement>(".rk-crop input")?.focus(),
  },
  "crop-tall": {
    traits: { ...full, form: { ...form, endpoint: veo.id, settings: { aspect_ratio: "9:16" } } },
  },
  "crop-both": {
    traits: {
      ...full,
      form: { ...form, endpoint: "both", settings: { aspect_ratio: "16:9" } },
      endpoints: [both],
      images: [image(), image({ slot: "end", name: "the boats in the evening.jpg", digest: "sha256:end" })],
      takes: [],
    },
  },
  pad: {
    traits: { ...full, form: { ...form, endpoint: veo.id, settings: { aspect_ratio: "16:9" } }, takes: [] },
    act({ root }) {
      const select = root.querySelector<HTMLSelectElement>(".rk-picture select");
      if (!select) return;
      select.value = "#ffffff";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
  },
  replace: {
    traits: full,
    async act(stage) {
      await open(stage);
      stage.press("Replace");
    },
  },
  camera: {
    traits: { form },
    async act({ press }) {
      press("Use camera");
      await new Promise((resolve) => setTimeout(resolve, 1500));
    },
  },
  "camera-taken": {
    traits: { form },
    async act({ press }) {
      press("Use camera");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      press("Take the picture");
    },
  },
  "camera-refused": {
    traits: { form },
    async act({ press }) {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("", "NotAllowedError");
      };
      press("Use camera");
    },
  },
  url: { traits: { form }, act: ({ press }) => press("Use a URL") },
  loading: {
    traits: full,
    prepare(kernel) {
      kernel.handlers.media = () => new Promise(() => {});
    },
    act: open,
  },
  selected: { traits: full, act: (stage) => select(stage, 1) },
  compare: {
    traits: { ...full, takes: compared },
    async act(stage) {
      await select(stage, 2);
    },
  },
  blink: {
    traits: { ...full, takes: compared },
    async act(stage) {
      await select(stage, 2);
      stage.press("Blink");
      await soon();
      const line = stage.root.querySelector<HTMLElement>(".rk-wipe");
      for (let press = 0; press < 5; press++)
        line?.dispatchEvent(
          new KeyboardEvent("keydown", { key: "ArrowLeft", shiftKey: true, bubbles: true }),
        );
    },
  },
  "loaded-settings": {
    traits: full,
    async act(stage) {
      await open(stage);
      await soon();
      stage.press("Reuse settings");
    },
  },
  "an-image": {
    traits: {
      ...full,
      takes: [
        take({ id: "picture", kind: "image", media_type: "image/png", duration: null, prompt: "A harbour" }),
        ...takes,
      ],
    },
    prepare(kernel) {
      kernel.handlers.media = kernel.handlers.poster as never;
    },
    act: open,
  },
  "compare-three": {
    traits: { ...full, takes: compared.slice(0, 3).map((one) => ({ ...one, prompt: "Pan left" })) },
    act: (stage) => select(stage, 3),
  },
  "compare-four": { traits: { ...full, takes: compared }, act: (stage) => select(stage, 4) },
  "compare-tall": {
    traits: { ...full, takes: compared.map((one) => ({ ...one, width: 1080, height: 1920 })) },
    act: (stage) => select(stage, 4),
  },
  "compare-copy-refused": {
    traits: { ...full, takes: compared },
    async act(stage) {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
      await select(stage, 2);
      stage.press("Copy as cell");
    },
  },
  broken: {
    traits: full,
    prepare(kernel) {
      kernel.handlers.media = async () => ({
        value: { media_type: "video/mp4", name: "x.mp4" },
        buffers: [new ArrayBuffer(10)],
      });
    },
    act: open,
  },
  finished: {
    traits: { form, images: [image()], jobs: [job()] },
    act: ({ kernel }) => finish(kernel, "job-1"),
  },
  prompts: {
    traits: full,
    async act({ root, press }) {
      root.scrollIntoView();
      press("Prompt history");
    },
  },
  "prompt-long": {
    traits: { ...full, form: { ...form, prompt: `${WORDS}. `.repeat(12) } },
  },
  details: {
    traits: full,
    async act(stage) {
      await open(stage);
      await soon();
      stage.press("⋯");
      await soon();
      stage.root.querySelector<HTMLElement>(".rk-answer summary")?.click();
    },
  },
  "copy-refused": {
    traits: full,
    async act(stage) {
      navigator.clipboard.writeText = async () => {
        throw new Error("No.");
      };
      await open(stage);
      await soon();
      stage.press("⋯");
      await soon();
      stage.press("Copy as cell");
    },
  },
  correct: { traits: full, act: ({ press }) => press("Details of what is unverified") },
  wall: {
    traits: wall,
    prepare: shelve,
    act: ({ root }) => root.querySelectorAll<HTMLButtonElement>(".rk-take")[1]?.click(),
  },
  "sweep-thousand": {
    unfolded: true,
    traits: {
      ...wall,
      takes: thousand,
      sweeps: [finished({ columns: thousand.map((_, at) => `Seed ${at}`) }, 1000)],
    },
    act: ({ press }) => press("Show all"),
  },
  "wall-thousand-kinds": {
    traits: {
      ...wall,
      takes: thousandKinds.slice(0, 60),
      counts: counts(thousandKinds),
      endpoints: everyTask,
    },
    prepare(kernel) {
      scenes["wall-thousand"]?.prepare?.(kernel);
      kernel.shelf = thousandKinds;
      // As above, each painted once.
      const waves = ["a", "b", "c"].map(drawWave);
      const { poster } = kernel.handlers;
      kernel.handlers.poster = async (fields, buffers) => {
        const place = Number(fields.take.slice(5));
        if (thousandKinds[place]?.kind !== "audio") return poster(fields, buffers);
        const wave = await waves[place % waves.length];
        return { value: { media_type: "image/jpeg" }, buffers: wave ? [wave] : [] };
      };
    },
  },
  "wall-thousand": {
    traits: { ...wall, counts: counts(thousand) },
    prepare(kernel) {
      kernel.shelf = thousand;
      // Painted once: what is measured is the wall, and not this painting.
      const painted = ["a", "b", "c", "d", "e", "f"].map(drawPicture);
      kernel.handlers.poster = async ({ take }) => {
        const picture = await painted[Number(take.slice(5)) % painted.length];
        return { value: { media_type: "image/jpeg" }, buffers: picture ? [picture] : [] };
      };
      const sprites = ["a", "b", "c", "d", "e", "f"].map((key) => drawSprite(key));
      kernel.handlers.sprite = async ({ take }) => {
        const sprite = await sprites[Number(take.slice(5)) % sprites.length];
        if (!sprite) throw new Error("There is none.");
        return sprite;
      };
    },
  },
  "wall-culled": {
    traits: wall,
    prepare: shelve,
    async act({ root }) {
      const posters = root.querySelectorAll<HTMLButtonElement>(".rk-take");
      posters[2]?.focus();
      posters[2]?.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true, cancelable: true }));
      posters[3]?.parentElement?.dispatchEvent(new PointerEvent("pointerenter"));
      await soon();
    },
  },
  "wall-rejected": {
    traits: wall,
    prepare: shelve,
    act({ root }) {
      const rated = [...root.querySelectorAll("select")].find((one) =>
        one.closest("label")?.textContent?.includes("Rated"),
      );
      if (!rated) return;
      rated.value = "rejected";
      rated.dispatchEvent(new Event("change", { bubbles: true }));
    },
  },
  keys: { traits: full, act: ({ root }) => root.querySelector<HTMLElement>(".rk-keys-button")?.click() },
  "wall-found": { traits: wall, prepare: shelve, act: ({ root }) => type(root, "gulls") },
  "wall-nothing": { traits: wall, prepare: shelve, act: ({ root }) => type(root, "a whale") },
  "wall-all": {
    traits: { ...wall, counts: counts(many) },
    prepare: shelve,
    act: ({ root }) => root.querySelector<HTMLButtonElement>(".rk-show-all")?.click(),
  },
  "wall-alike": {
    traits: { form, images: [image()], takes: alike },
    prepare: shapes,
    async act({ root }) {
      await soon();
      scrub(root, 2, 0.3);
    },
  },
  "wall-jobs": {
    traits: {
      form,
      images: [image()],
      takes: alike.slice(0, 4),
      jobs: [failed, job(), { ...queued, image: null }],
    },
    prepare: shapes,
  },
  "wall-empty": { traits: { form, images: [image()] } },
  "wall-refused": {
    traits: wall,
    prepare(kernel) {
      kernel.handlers.find = async () => {
        throw new Error("The library's database is locked. Close what uses it, then try again.");
      };
    },
    act: ({ root }) => type(root, "gulls"),
  },
  judge: { ...judged, act: openJudge },
  "judge-won": { ...judged, act: (stage) => judgeSome(stage) },
  "judge-refused": {
    ...judged,
    prepare: (kernel) => {
      kernel.handlers.begin_judging = async () => {
        throw new RefusedError(
          "1 video and 2 sounds can't be judged against each other. Judge one kind at a time.",
          null,
        );
      };
    },
    act: openJudge,
  },
  "judge-cell": { view: "judge", traits: { takes } },
  "judge-cell-busy": {
    view: "judge",
    traits: { takes },
    act: async ({ kernel, press, root }) => {
      kernel.latency = 60_000;
      press("1 is better");
      await settled(() => root.textContent?.includes("Kernel busy") ?? false);
    },
  },
  "judge-cell-tall": {
    view: "judge",
    traits: { takes: takes.map((one) => ({ ...one, width: 1080, height: 1920 })) },
  },
  "judge-cell-images": {
    view: "judge",
    traits: {
      takes: [
        [1024, 1024],
        [1080, 1920],
        [1920, 1080],
      ].map(([width = 1, height = 1], at) => pictures(1, { id: `image-${at}`, width, height })),
    },
    async act({ root, press }) {
      await settled(() => root.querySelector(".rk-judge-pair") !== null);
      press("1 is better");
      await settled(() => !root.querySelector("[data-fate]"));
    },
  },
  "judge-cell-sounds": {
    view: "judge",
    traits: { takes: takes.map(({ id }) => speech({ id })) },
  },
  "judge-cell-won": { view: "judge", traits: { takes }, act: ({ press }) => press("Stop") },
  "judge-model-price": { view: "judge", traits: { takes }, act: askModel },
  "judge-model-votes": {
    view: "judge",
    traits: { takes },
    async act(stage) {
      await askModel(stage);
      stage.press("Ask 6 questions");
      await settled(() => stage.root.querySelector(".rk-agreement") !== null);
    },
  },
  progress: { view: "progress", traits: { job: job() } },
  several: {
    view: "progress",
    traits: {
      jobs: [job({ elapsed: 22, expected: 60 }), { ...job({ elapsed: 2, expected: null }), id: "job-2" }],
      sweep: sweep({
        columns: ["dawn", "noon", "dusk"],
        rows: ["slow", "fast"],
        positions: ["kept", "kept", "running", "running", "failed", "waiting"].map((state, at) => ({
          prompt: "A slow pan",
          state: state as "kept",
          stage: state === "failed" ? "Failed" : "Not sent yet",
          job: state === "running" ? `job-${at - 1}` : `take-${at}`,
          error: state === "failed" ? "The service failed the request: refused by a filter." : null,
        })),
        words: "2 of 6 done, 1 failed",
        finished: 3,
        done: false,
      }),
    },
  },
  "several-one-axis": {
    view: "progress",
    traits: {
      jobs: [job({ elapsed: 22, expected: 60 })],
      sweep: sweep({
        columns: ["Duration 3 s", "Duration 5 s", "Duration 8 s", "Duration 10 s"],
        rows: [""],
        positions: ["kept", "running", "waiting", "waiting"].map((state, at) => ({
          prompt: "A slow pan",
          state: state as "kept",
          stage: "Not sent yet",
          job: state === "running" ? "job-1" : `take-${at}`,
          error: null,
        })),
        words: "1 of 4 done",
        finished: 1,
        done: false,
      }),
    },
  },
  suggest: { traits: wall, act: ({ press }) => press("Suggest") },
  describe: { traits: full, act: (stage) => detailed(stage) },
  described: {
    traits: full,
    async act(stage) {
      await detailed(stage);
      stage.press("Describe");
    },
  },
  "described-kept": {
    traits: full,
    async act(stage) {
      await detailed(stage);
      stage.press("Describe");
      await soon();
      stage.press("Keep as note");
    },
  },
  "describe-cost": {
    traits: full,
    prepare: (kernel) => {
      kernel.handlers.describe_plan = async () => ({
        value: {
          words:
            "Sends the whole video, 5 s, 1.2 MB to Reka Edge at api.reka.ai. Charged to your account; the price is " +
            "not known, so it cannot be counted against your limit of $20.00 a day.",
          free: false,
        },
      });
    },
    async act(stage) {
      await detailed(stage);
      stage.press("Describe");
    },
  },
  "describe-failed": {
    traits: full,
    prepare: (kernel) => {
      kernel.handlers.describe_plan = async () => {
        throw new RefusedError(
          "This video is 42 s long, and Reka Edge looks at up to 30 s. Nothing was sent.",
          null,
        );
      };
    },
    async act(stage) {
      await detailed(stage);
      stage.press("Describe");
    },
  },
  "suggest-empty": { traits: {}, act: ({ press }) => press("Suggest") },
  "suggest-cost": {
    traits: wall,
    prepare: (kernel) => costing(kernel),
    act: ({ press }) => press("Suggest"),
  },
  "suggest-asking": {
    traits: wall,
    prepare: (kernel) => {
      kernel.handlers.suggest = () => new Promise(() => {});
    },
    act: ({ press }) => press("Suggest"),
  },
  "suggest-failed": {
    traits: wall,
    prepare: (kernel) => {
      kernel.handlers.suggest = async () => {
        throw new RefusedError(
          "Reka Edge did not answer: insufficient balance (HTTP 403). Top up the account with Reka, then run it again.",
          null,
        );
      };
    },
    act: ({ press }) => press("Suggest"),
  },
  "progress-queued": { view: "progress", traits: { job: queued } },
  "progress-failed": { view: "progress", traits: { job: failed } },
  "progress-kept": {
    view: "progress",
    traits: { job: job({ state: "kept", stage: "Kept after 2 min 3 s", can_cancel: false }) },
  },
};

const UNKNOWN = { known: false, amount: "price not known yet", basis: "5 s of video" };
const OVER =
  "Over budget: these 5 requests may cost up to $4.20, and $1.40 is left of $20.00 a day ($18.60 used). Nothing was " +
  "sent. The first 2 would fit. More can be spent tomorrow. Change the budget with %reka budget, " +
  "reka-notebook spend --budget, or configure(budget=...).";

function costing(kernel: FakeKernel): void {
  const words =
    "Sends the prompt and a preview of 512 × 288 JPEG, 31 KB to Reka Edge at api.reka.ai. Charged to your account; " +
    "the price is not known, so it cannot be counted against your limit of $20.00 a day.";
  kernel.handlers.suggest_plan = async () => ({ value: { words, free: false } });
}

function priced(kernel: FakeKernel, value: ReturnType<typeof plan>): void {
  kernel.handlers.plan = async () => ({ value });
}

function drop(root: HTMLElement, file: File): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  root
    .querySelector("section")
    ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}
