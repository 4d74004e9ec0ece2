import type { AnyModel } from "@anywidget/types";
import { listen } from "../../hooks/effects";
import { beginnings, isUnfinished } from "../../job/clock";
import { blobOf, blobUrls } from "../../kernel/blob-urls";
import { connect } from "../../kernel/connection";
import { heartbeat } from "../../kernel/heartbeat";
import { modelId } from "../../kernel/model-id";
import type { Counts, StudioTraits } from "../../kernel/protocol";
import { fileAt } from "../../kernel/take-files";
import { createStore } from "../../store";
import { randomName } from "../../view/use-id";
import { chaining } from "../chain/chaining";
import { openLate } from "../late/load";
import { outputOf } from "../outputs/pick";
import { openRemembered } from "../outputs/remembered";
import { storedTime, storeTime } from "../stage/playhead";
import { foundAtFirst, withSaid } from "../wall/found";
import { withOpinions } from "../wall/opinions";
import { arrived, cameIn, type Seen } from "./arrivals";
import { draftOf, sessionDrafts } from "./drafts";
import { openNotes } from "./notes";
import { planning } from "./planning";
import { openPrompts } from "./prompts";
import { rememberOpened, tellSelected } from "./selecting";
import type { Session } from "./session";
import { openSprites } from "./sprites";
import { announce, isOccupied, openAtWork, receive } from "./stage";
import { beforeOf, type StudioState } from "./state";
import { inSweeps, keepAtWork } from "./sweeping";
import { openWriting } from "./writing";

/** The kernel's traits. Each is called so in the state too, but `takes`, which Python has for the takes themselves. */
const TRAITS = [
  "endpoints",
  "service",
  "form",
  "images",
  "jobs",
  "takes_shown",
  "counts",
  "day",
  "measuring",
  "sweeps",
] as const;
/** A host may end its connection in the first of these. */
const LEAVING = "beforeunload pagehide";
const NO_SERVICE = { name: "", url: "", sandbox: false, problem: null };
const NO_DAY = { made: 0, reused: 0, spent: null, per_second: null, budget: null };
const NO_FORM = { endpoint: "", prompt: "", settings: {} };

/** What the kernel says; of one that has not said it yet, or does not know how to, what can be seen. */
function countsOf(model: AnyModel<StudioTraits>): Counts {
  const said = model.get("counts") as Partial<Counts> | undefined;
  const all = model.get("takes_shown")?.length ?? 0;
  const culled = { judged: 0, rejected: 0 };
  return { all, here: null, models: [], culled, culled_here: null, kinds: [], ...said };
}

/** Opens the session of a studio from the kernel's state and what this page has kept; `shared` is for `openLate`. */
export function openSession(model: AnyModel<StudioTraits>, shared?: unknown): Session {
  const page = randomName();
  const drafts = sessionDrafts(modelId(model), page);
  const form = model.get("form") ?? NO_FORM;
  const jobs = model.get("jobs") ?? [];
  const sweeps = model.get("sweeps") ?? [];
  const kept = drafts.load(form);
  const takes = model.get("takes_shown") ?? [];
  const counts = countsOf(model);
  // What was selected before the page was loaded again; from then on it is the browser's.
  const selection = model.get("selection") ?? [];
  const opened = model.get("opened");
  const stood = opened ? storedTime(modelId(model), opened) : undefined;
  const state = createStore<StudioState>({
    endpoints: model.get("endpoints") ?? [],
    service: model.get("service") ?? NO_SERVICE,
    form,
    images: model.get("images") ?? [],
    jobs,
    sweeps,
    takes,
    counts,
    day: model.get("day") ?? NO_DAY,
    measuring: model.get("measuring"),
    draft: kept ?? draftOf(form),
    beginnings: beginnings(jobs, new Map(), Date.now()),
    liveness: "alive",
    uploads: {},
    prices: { of: "", by: {} },
    sending: false,
    outcome: null,
    planned: null,
    plan: null,
    cancelling: {},
    atWork: undefined,
    wall: foundAtFirst(takes, counts, selection),
    chain: null,
    open: opened ? { take: opened, press: false } : openAtWork({ jobs, sweeps }),
    unseen: new Set(),
    opinions: {},
    rejections: [],
    collected: null,
    notes: {},
    urls: {},
    selected: selection.map((take) => take.id),
    blink: null,
    openedBefore: null,
    notSelected: null,
    views: [],
    late: null,
    said: "",
  });
  const connection = connect(model, (liveness) => state.set({ liveness }));
  const { request } = connection;
  const previews = blobUrls((digest) => request("preview", { digest }).then(blobOf), {
    count: 40,
    bytes: 20e6,
  });
  const posters = blobUrls((key) => request("poster", fileAt(key)).then(blobOf), {
    count: 120,
    bytes: 60e6,
  });
  const sprites = openSprites(connection);
  const media = blobUrls((key) => request("media", fileAt(key)).then(blobOf), { count: 8, bytes: 200e6 });

  const transfers = new Map<string, AbortController>();
  const seen: Seen = new Map(jobs.filter((job) => !job.elsewhere).map((job) => [job.id, job]));
  const writing = openWriting(state, connection, page, kept === undefined);
  const remembered = openRemembered(modelId(model));
  const notes = openNotes(state, connection);
  const prompts = openPrompts(state, connection);
  /** The kernel has said which takes there are: a widget is often shown before that. */
  let told = Boolean(model.get("takes_shown"));
  const listeners = TRAITS.map((trait) => {
    const changed = () => take(trait);
    model.on(`change:${trait}`, changed);
    return () => model.off(`change:${trait}`, changed);
  });

  function take(trait: (typeof TRAITS)[number]): void {
    const name = trait === "takes_shown" ? "takes" : trait;
    const before = state.get();
    state.set({ [name]: model.get(trait), liveness: "alive" });
    const now = state.get();
    if (name === "form") {
      if (writing.gives(now.form)) writing.show(now.form, true);
    } else if (name === "jobs") {
      state.set({ beginnings: beginnings(now.jobs, now.beginnings, Date.now()) });
      for (const job of now.jobs) {
        // What another studio has asked for is not opened here, nor announced.
        if (job.elsewhere) seen.delete(job.id);
        else seen.set(job.id, job);
        const old = before.jobs.find((other) => other.id === job.id);
        if (old && old.state !== job.state && !job.elsewhere && !inSweeps(now).has(job.id))
          state.set({ said: `${job.title}: ${job.error ?? job.stage}` });
      }
      if (!isOccupied(now)) state.set({ open: openAtWork(now) ?? now.open });
    } else if (name === "counts") {
      const { culled, culled_here } = before.counts;
      // What it has not kept yet is counted here already.
      const counted = Object.keys(now.opinions).length ? { culled, culled_here } : {};
      const counts = { ...countsOf(model), ...counted };
      state.set({ counts, wall: withSaid(now.wall, now.takes, counts) });
    } else if (name === "sweeps") {
      const sweep = now.sweeps.find(
        (one) => one.words !== before.sweeps.find((old) => old.id === one.id)?.words,
      );
      if (sweep) state.set({ said: `Sweep: ${sweep.words}` });
      // Begun elsewhere: it stays as a grid when it is done, as one that was begun here.
      if (now.atWork === null && now.sweeps[0]?.id !== before.sweeps[0]?.id) state.set({ atWork: undefined });
    } else if (name === "takes") {
      const takes = withOpinions(now.takes, now.opinions);
      state.set({ takes, wall: withSaid(now.wall, takes, now.counts) });
      // A sweep's take has its position in the grid, where it is opened when it is wanted.
      const placed = isOccupied(now) ? inSweeps(now) : new Set();
      const asked = arrived(before.takes, now.takes, seen);
      if (told) announce({ state }, cameIn(before, state.get(), asked));
      told = true;
      receive(
        { state },
        asked.filter((take) => !placed.has(take.id)),
      );
    }
  }

  /** The page goes away: what is written is with the kernel before it does. */
  function leave(): void {
    notes.flush();
    writing.send();
    const { open } = state.get();
    if (open && session.clock) storeTime(modelId(model), { take: open.take, time: session.clock().time });
  }
  listeners.push(
    listen(window, LEAVING, leave),
    () => notes.close(),
    writing.close,
    prompts.close,
    keepAtWork(state, modelId(model)),
    tellSelected(state, connection),
    rememberOpened(state),
    state.subscribe((now, before) => {
      if (now.draft !== before.draft || now.form !== before.form) drafts.save(now.draft, now.form);
    }),
    state.subscribe((now, before) => {
      if (now.draft !== before.draft && outputOf(now) !== outputOf(before))
        remembered.keep(outputOf(before), beforeOf(before));
    }),
    planning(state, connection),
    chaining(state, connection),
    heartbeat(
      connection,
      () => state.get().jobs.some(isUnfinished),
      () => state.set({ liveness: "silent" }),
    ),
  );

  function free(): void {
    for (const urls of [previews, posters, sprites, media]) urls.clear();
  }
  const session: Session = {
    state,
    connection,
    previews,
    posters,
    sprites,
    media,
    transfers,
    writing,
    remembered,
    notes,
    onStage: false,
    form: null,
    clock: null,
    from: stood === undefined ? null : { time: stood, playing: false },
    loads: 0,
    key: modelId(model),
    prompts,
    loadLate: openLate(state, connection, shared),
    attach(view) {
      state.set({ views: [...state.get().views, view] });
      return () => {
        const views = state.get().views.filter((other) => other !== view);
        state.set({ views });
        if (views.length) return;
        free();
        // Shown again, it does not start to play by itself.
        const { open } = state.get();
        state.set({ open: open && { ...open, press: false } });
      };
    },
    close() {
      for (const stop of listeners) stop();
      for (const transfer of transfers.values()) transfer.abort();
      connection.close();
      free();
    },
  };
  // Of an old take the kernel has not told yet.
  if (opened && !isOccupied(state.get())) request("show_take", { take: opened }).catch(() => {});
  return session;
}
