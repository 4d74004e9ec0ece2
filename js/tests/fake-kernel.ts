import type { AnyModel } from "@anywidget/types";
import { type Command, type Fields, RefusedError, type Value } from "../src/kernel/connection";
import type {
  Answer,
  Collection,
  CompareValue,
  Framing,
  Image,
  JSONValue,
  JudgeTraits,
  Part,
  ProgressTraits,
  Refused,
  Service,
  SeveralTraits,
  Take,
} from "../src/kernel/protocol";
import { fileKey, withFile } from "../src/kernel/take-files";
import lateSheet from "../src/style/late.css?inline";
import { Judgements, judgeHandlers } from "./judge-kernel";
import { drawBoxes, drawPicture, drawSprite, drawWave, tone } from "./pictures";
import { take as aTake, boxes, described, details, measures, plan, type Shown, suggested } from "./samples";

type Traits = Shown &
  ProgressTraits &
  SeveralTraits &
  Partial<JudgeTraits> & { layout: { model_id: string } };
type Handler<C extends Command> = (
  fields: Fields<C>,
  buffers: ArrayBuffer[],
) => Promise<{ value: Value<C>; buffers?: ArrayBuffer[] }>;
type Request<C extends Command = Command> = { id: string; type: C } & Fields<C>;
export type Handlers = { [C in Command]: Handler<C> };

/**
 * A kernel in memory that speaks the protocol, and the anywidget model in front of it.
 *
 * Messages are copied as a websocket would, and answered in a later task.
 */
export class FakeKernel {
  /** Every request received, in order. */
  requests: Request[] = [];
  /** Replies sent so far. */
  replied = 0;
  /** `send` throws, as in a view whose kernel was restarted. */
  gone = false;
  /** Requests are received and never answered. */
  silent = false;
  /** Milliseconds until a request is handled. */
  latency = 0;
  /** Uploaded bytes by upload id, for as long as the upload is open. */
  uploads = new Map<string, { slot: string; name: string; size: number; chunks: Uint8Array[] }>();
  /** The bytes of the last finished upload. */
  uploaded: Uint8Array | null = null;
  chunk = 524_288;
  /** Chunks that a message may hold. */
  together = 8;
  /** Prompts that the library remembers. */
  prompts: string[] = [];
  /** The library's takes, where they are more than the trait has. */
  shelf: Take[] | null = null;
  /** Images that were in a slot, by digest. */
  private readonly placed = new Map<string, Image>();
  /** What was judged. */
  judgements = new Judgements(this);
  handlers: Handlers;
  readonly listeners = new Map<string, Set<(...args: never[]) => void>>();

  constructor(readonly traits: Partial<Traits>) {
    this.handlers = this.usual();
  }

  /** A proxy, as a host makes one for each initialize and render. */
  model<T extends object>(): AnyModel<T & { [name: string]: unknown }> {
    const kernel = this;
    const model: Pick<AnyModel, "get" | "on" | "off" | "send" | "set" | "save_changes"> = {
      get: (name: string) =>
        structuredClone(kernel.traits[(name === "takes_shown" ? "takes" : name) as keyof Traits]) as never,
      set() {
        throw new Error("The browser never sets a trait.");
      },
      save_changes() {
        throw new Error("The browser never sets a trait.");
      },
      on(name: string, callback: (...args: never[]) => void) {
        const callbacks = kernel.listeners.get(name) ?? new Set();
        kernel.listeners.set(name, callbacks.add(callback));
      },
      off(name, callback) {
        kernel.listeners.get(name as string)?.delete(callback as () => void);
      },
      send(content: Request, _callbacks, buffers = []) {
        if (kernel.gone) throw new Error("Cannot send a message to a dead kernel.");
        const copies = buffers.map((buffer) => ("buffer" in buffer ? buffer.buffer : buffer).slice(0));
        kernel.receive(structuredClone(content), copies as ArrayBuffer[]);
      },
    };
    return model as AnyModel<T & { [name: string]: unknown }>;
  }

  /** Sets a trait from the kernel's side. */
  set<K extends keyof Traits>(name: K, value: Traits[K]): void {
    for (const image of this.traits.images ?? []) this.placed.set(image.digest, image);
    this.traits[name] = value;
    this.emit(`change:${name === "takes" ? "takes_shown" : name}`);
  }

  /** How many listeners the front end has put on the model. */
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, callbacks) => sum + callbacks.size, 0);
  }

  asked<C extends Command>(type: C): Request<C>[] {
    return this.requests.filter((request) => request.type === type) as unknown as Request<C>[];
  }

  reply(content: Answer | Refused | Part, buffers: ArrayBuffer[] = []): void {
    if (content.type !== "part") this.replied++;
    this.emit(
      "msg:custom",
      structuredClone(content),
      buffers.map((buffer) => new DataView(buffer.slice(0))),
    );
  }

  private emit(name: string, ...args: unknown[]): void {
    for (const callback of [...(this.listeners.get(name) ?? [])]) callback(...(args as never[]));
  }

  private receive(request: Request, buffers: ArrayBuffer[]): void {
    this.requests.push(request);
    if (this.silent) return;
    const { id, type, ...fields } = request;
    const handle = async () => {
      try {
        const { value, buffers: back } = await this.handlers[type](fields as never, buffers);
        this.reply({ id, type: "answer", value, parts: 0 }, back);
      } catch (error) {
        const field = error instanceof RefusedError ? error.field : null;
        this.reply({
          id,
          type: "refused",
          error: { message: String((error as Error).message), field },
        });
      }
    };
    // A message channel is a task without the 4 ms that nested timers are held back for.
    if (this.latency) setTimeout(handle, this.latency);
    else {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        void handle();
      };
      channel.port2.postMessage(null);
    }
  }

  private upload(id: string) {
    const open = this.uploads.get(id);
    if (!open) throw new Error(`There is no upload ${id}.`);
    return open;
  }

  usual(): Handlers {
    const picture = async (key: string) => ({
      value: { media_type: "image/jpeg" },
      buffers: [await drawPicture(key)],
    });
    return {
      prices: async () => ({ value: { prices: {} } }),
      refresh_models: async () => ({ value: { message: "12 models in your account's list." } }),
      ping: async () => ({ value: {} }),
      playing: async () => ({ value: {} }),
      // What the test has loaded already is not loaded a second time.
      late: async () => ({
        value: {
          script: `import * as parts from ${JSON.stringify(partsUrl)}; export default (_, module) => { module.exports = parts; };`,
          sheet: lateSheet,
        },
      }),
      result: async () => ({ value: { html: "" } }),
      generate: async () => ({ value: { job: "job-new", kept: false } }),
      plan: async ({ prompt, settings }) => ({
        value: plan({ count: cellsOf(prompt, settings) }),
      }),
      sweep_begin: async ({ prompt, settings }) => ({
        value: { sweep: "sweep-1", one: null, new: cellsOf(prompt, settings) },
      }),
      sweep_control: async () => ({ value: {} }),
      cancel: async () => ({ value: { message: "Cancelled before it began." } }),
      dismiss: async ({ job }) => {
        this.set(
          "jobs",
          (this.traits.jobs ?? []).filter((other) => other.id !== job),
        );
        return { value: {} };
      },
      retry: async ({ job }) => {
        const again = `${job}-again`;
        const jobs = this.traits.jobs ?? [];
        const running = {
          state: "running",
          stage: "Making the video",
          error: null,
          can_cancel: true,
        } as const;
        this.set(
          "jobs",
          jobs.map((other) => (other.id === job ? { ...other, ...running, id: again } : other)),
        );
        return { value: { job: again, kept: false } };
      },
      recall_job: async ({ job }) => {
        const found = this.traits.jobs?.find((other) => other.id === job);
        if (!found) throw new Error("This job is not in the library any more.");
        return { value: { endpoint: found.endpoint, prompt: found.prompt, settings: {} } };
      },
      upload_begin: async ({ slot, name, size }) => {
        const upload = `u${this.uploads.size + 1}`;
        this.uploads.set(upload, { slot, name, size, chunks: [] });
        return {
          value: { upload, chunk: this.chunk, together: this.together, alike: false, as_text: false },
        };
      },
      upload_known: async () => ({ value: { known: false } }),
      upload_chunk: async ({ upload, index }, buffers) => {
        const { chunks } = this.upload(upload);
        for (const [place, bytes] of buffers.entries()) chunks[index + place] = new Uint8Array(bytes);
        return { value: { received: chunks.reduce((sum, chunk) => sum + chunk.length, 0) } };
      },
      upload_end: async ({ upload }) => {
        const { slot, name, size, chunks } = this.upload(upload);
        this.uploads.delete(upload);
        this.uploaded = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
        return { value: this.setImage(slot, name, size) };
      },
      upload_abort: async ({ upload }) => {
        this.uploads.delete(upload);
        return { value: {} };
      },
      image_url: async ({ slot, url }) => ({ value: this.setImage(slot, url, null) }),
      image_clear: async ({ slot }) => {
        this.set(
          "images",
          (this.traits.images ?? []).filter((image) => image.slot !== slot),
        );
        return { value: {} };
      },
      recall: async ({ take, seed, by = "" }) => {
        const found = this.traits.takes?.find((other) => other.id === take);
        if (!found) throw new Error("This take is not in the library any more.");
        const { seed: chance, ...others } = found.settings;
        const settings = seed && chance !== undefined ? { ...others, seed: chance } : others;
        const form = { endpoint: found.endpoint, prompt: found.prompt, settings, by };
        this.set("form", form);
        return { value: form };
      },
      next_shot: async ({ take, at = null, file = 0 }) => {
        const key = fileKey(take, file);
        const name = at === null ? `last frame of ${key}` : `${key} at ${at.toFixed(3)} s`;
        return { value: this.setImage("start", name, null) };
      },
      images_restore: async ({ images, frames = {} }) => {
        this.set(
          "images",
          Object.entries(images).flatMap(([slot, digest]) => {
            const image = this.placed.get(digest);
            return image ? { ...image, slot, framing: frames[slot] ?? null } : [];
          }),
        );
        return { value: {} };
      },
      show_take: async ({ take }) => {
        const found = this.library.find((other) => other.id === take);
        if (!found) throw new Error("This take is not in the library any more.");
        this.set("takes", [found, ...(this.traits.takes ?? []).filter((other) => other !== found)]);
        return { value: {} };
      },
      pin: async ({ take, pinned }) => this.mark(take, { pinned }),
      rate: async ({ take, rating }) => this.mark(take, { rating }),
      judge: async ({ take, verdict }) => this.mark(take, { verdict }),
      note: async ({ take, note }) => this.mark(take, { note }),
      collect: async ({ takes, collection, shared }) => {
        const { team } = this.traits.counts ?? {};
        const made = !team?.collections.some(({ name }) => name === collection);
        if (team && made) {
          const one = {
            name: collection,
            person: team.person,
            mine: true,
            shared: Boolean(shared),
            takes: 0,
          };
          this.setCollections([...team.collections, one]);
        }
        return { value: { added: this.putInto(takes, collection, true), made } };
      },
      uncollect: async ({ takes, collection, discard }) => {
        this.putInto(takes, collection, false);
        const { team } = this.traits.counts ?? {};
        if (discard)
          this.setCollections(
            team?.collections.filter((one) => one.name !== collection || one.takes > 0) ?? [],
          );
        return { value: {} };
      },
      share_collection: async ({ collection, shared }) => {
        const { team } = this.traits.counts ?? {};
        this.setCollections(
          team?.collections.map((one) => (one.name === collection ? { ...one, shared } : one)) ?? [],
        );
        return { value: {} };
      },
      chain: async () => ({ value: { steps: [], more: 0 } }),
      chain_code: async () => ({ value: { takes: 1, python: null, cells: [] } }),
      step_takes: async ({ takes }) => ({
        value: { takes: this.library.filter(({ id }) => takes.includes(id)) },
      }),
      redo_step: async () => ({ value: { sweep: "sweep-1", one: null, new: 1 } }),
      measures: async () => ({ value: measures() }),
      measured: async ({ takes }) => ({
        value: {
          takes: Object.fromEntries(
            this.library.flatMap(({ id, measured }) =>
              takes.includes(id) && measured ? [[id, measured]] : [],
            ),
          ),
        },
      }),
      measure_older: async () => ({ value: {} }),
      effects: async () => ({ value: { columns: [], rows: [], words: "" } }),
      family: async () => ({
        value: { members: [], links: [], columns: 0, rows: 0, more: 0, hidden: 0 },
      }),
      find: async ({ after, limit, by, least_first, ...filters }) => {
        const rank = ({ measured }: Take) =>
          (measured?.values[by ?? ""] ?? Number.NaN) * (least_first ? 1 : -1);
        const fitting = this.library
          .filter((take) => fitsAsked(take, filters))
          .sort((one, other) => (by ? (rank(one) || 0) - (rank(other) || 0) : 0))
          .sort((one, other) => (by ? Number(!one.measured) - Number(!other.measured) : 0));
        const start = after === null ? 0 : fitting.findIndex((take) => take.id === after) + 1;
        const takes = fitting.slice(start, start + limit);
        const next = takes.length === limit ? (takes.at(-1)?.id ?? null) : null;
        return { value: { takes, total: fitting.length, next } };
      },
      draft: async (fields) => {
        this.set("form", fields);
        return { value: {} };
      },
      selected: async () => ({ value: {} }),
      history: async ({ limit }) => ({ value: { prompts: this.prompts.slice(0, limit) } }),
      ...judgeHandlers(this),
      details: async ({ take }) => ({ value: details(take) }),
      save: async ({ take, what }) => ({
        value: {
          media_type: what === "gif" ? "image/gif" : "video/mp4",
          name: `${take}.${{ gif: "gif", poster: "jpg", file: "mp4" }[what ?? "file"]}`,
          told: "",
        },
        buffers: [new TextEncoder().encode("GIF89a").buffer as ArrayBuffer],
      }),
      sheet: async () => ({
        value: { media_type: "text/html", name: "contact-sheet.html", told: "" },
        buffers: [new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer],
      }),
      read_recipe: async () => ({ value: { offer: null } }),
      use_recipe: async () => ({ value: this.traits.form as never }),
      compare: async ({ takes }) => ({
        value: compared(takes.flatMap((id) => this.library.find((take) => take.id === id) ?? [])),
      }),
      image_frame: async ({ framing }) => ({ value: { sends: framedWords(framing) } }),
      image_take: async ({ slot, take, file = 0 }) => ({
        value: this.setImage(slot, `last frame of ${fileKey(take, file)}`, null),
      }),
      image_sample: async ({ slot }) => ({ value: this.setImage(slot, "harbour.jpg", 38_017) }),
      use_key: async () => {
        this.set("service", { ...this.traits.service, lacks_key: false } as Service);
        return { value: {} };
      },
      use_sandbox: async ({ on }) => {
        const service = {
          name: on ? "Sandbox" : "Reka",
          url: "",
          sandbox: on,
          problem: null,
          own_sandbox: on,
        };
        this.set("service", service);
        return { value: {} };
      },
      suggest_plan: async () => ({ value: { words: "No charge: answered on this machine.", free: true } }),
      suggest: async ({ prompt }) => ({ value: suggested(prompt) }),
      describe_plan: async () => ({ value: { words: "No charge: answered on this machine.", free: true } }),
      describe: async () => ({ value: described() }),
      preview: async ({ digest }) => picture(digest),
      poster: async ({ take, file = 0 }) => this.draw(take, file),
      sprite: async ({ take }) => drawSprite(take),
      media: async ({ take, file = 0 }) => {
        const found = this.library.find((one) => one.id === take);
        const { kind, media_type, file: name } = found ? withFile(found, file) : aTake({ id: take });
        if (kind === "audio") return { value: { media_type: "audio/wav", name }, buffers: [tone()] };
        if (kind === "image") return { ...(await this.draw(take, file)), value: { media_type, name } };
        return {
          value: { media_type: "video/mp4", name: `${take}.mp4` },
          buffers: [await (await fetch(videoUrl)).arrayBuffer()],
        };
      },
      boxes: async ({ take }) => ({
        value: boxes(),
        buffers: [await drawPicture(`sha256 ${take}`)],
      }),
      with_sound: async ({ video, own }) => {
        const film = this.library.find((one) => one.id === video) ?? aTake();
        const id = `${video}-${own}`;
        const kept = this.library.some((one) => one.id === id);
        if (!kept) {
          const made = { ...film, id, endpoint: "here/with-sound", title: "With sound", has_audio: true };
          this.set("takes", [made, ...(this.traits.takes ?? [])]);
        }
        return { value: { take: id, kept } };
      },
    };
  }

  /** Every take there is, where the trait has only the newest. */
  get library(): Take[] {
    return this.shelf ?? this.traits.takes ?? [];
  }

  private mark(id: string, change: Partial<Take>) {
    const changed = (takes: Take[]) => takes.map((take) => (take.id === id ? { ...take, ...change } : take));
    if (this.shelf) this.shelf = changed(this.shelf);
    this.set("takes", changed(this.traits.takes ?? []));
    return { value: {} };
  }

  /** Puts takes into a collection, or takes them out; returns those that this has changed. */
  private putInto(ids: string[], name: string, inside: boolean): string[] {
    const changed = this.library
      .filter(({ id, team }) => ids.includes(id) && team?.collections.includes(name) !== inside)
      .map(({ id }) => id);
    for (const id of changed) {
      const { team } = this.library.find((take) => take.id === id) ?? {};
      const others = team?.collections.filter((other) => other !== name) ?? [];
      if (team) this.mark(id, { team: { ...team, collections: inside ? [...others, name] : others } });
    }
    const more = inside ? changed.length : -changed.length;
    const { team } = this.traits.counts ?? {};
    this.setCollections(
      team?.collections.map((one) => (one.name === name ? { ...one, takes: one.takes + more } : one)) ?? [],
    );
    return changed;
  }

  private setCollections(collections: Collection[]): void {
    const { counts } = this.traits;
    if (counts?.team) this.set("counts", { ...counts, team: { ...counts.team, collections } });
  }

  /** The picture of a file, as its kind has one. */
  private async draw(take: string, file: number) {
    const found = this.library.find((one) => one.id === take);
    const { kind } = found ? withFile(found, file) : { kind: "image" };
    const key = fileKey(take, file);
    const drawn =
      kind === "audio" ? drawWave(key) : kind === "boxes" ? drawBoxes(key, boxes().boxes) : drawPicture(key);
    return { value: { media_type: "image/jpeg" }, buffers: [await drawn] };
  }

  private setImage(slot: string, name: string, bytes: number | null): Image {
    const sends = "2048 × 1536 JPEG, 612 KB";
    const image = {
      slot,
      digest: `sha256:${name}`,
      name,
      width: 4032,
      height: 3024,
      bytes,
      sends,
      framing: null,
    };
    this.set("images", [...(this.traits.images ?? []).filter((other) => other.slot !== slot), image]);
    return image;
  }
}

/** What differs, roughly: enough for what is tested in front of it. */
function compared(takes: Take[]): CompareValue {
  const all = takes.map((take) => take.prompt.split(/(?= )/));
  const lengths = takes.map((take) => `${take.duration} s`);
  const scales = takes.map((take) => String(take.settings.cfg_scale ?? "not set"));
  return {
    prompts: all.map((words) =>
      words.map((text) => ({ text, differs: !all.every((other) => other.includes(text)) })),
    ),
    differing: [
      { name: "Length", values: lengths },
      { name: "CFG scale", values: scales },
    ].filter(({ values }) => new Set(values).size > 1),
    shared: ["Kling v3 Pro", "1920 × 1080", "the start image"],
  };
}

function framedWords({ fit, box, ratio }: Framing): string {
  if (fit === "whole") return "2048 × 1536 JPEG, 612 KB";
  if (fit === "pad") return `2048 × 1152 JPEG, 480 KB, padded to ${ratio} with black`;
  return `${box?.[2]} × ${box?.[3]} JPEG, 480 KB, cropped`;
}

function fitsAsked(take: Take, filters: Omit<Fields<"find">, "after" | "limit">): boolean {
  const prompt = take.prompt.toLowerCase();
  return (
    filters.words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => prompt.includes(word)) &&
    (filters.model === null || take.endpoint.startsWith(`${filters.model}/`)) &&
    take.created >= (filters.since ?? 0) &&
    take.rating >= filters.rating &&
    (filters.verdict === "unjudged"
      ? !take.rating && take.verdict === null
      : filters.verdict?.endsWith("flagged")
        ? (filters.verdict === "flagged") === Boolean(take.measured?.flags.length)
        : filters.verdict
          ? take.verdict === filters.verdict
          : take.verdict !== "rejected") &&
    (take.pinned || !filters.pinned) &&
    (take.here || !filters.here) &&
    (take.team?.mine || !filters.mine) &&
    (!filters.collection || Boolean(take.team?.collections.includes(filters.collection))) &&
    (!filters.kind || take.kind === filters.kind)
  );
}

/** How many cells a form makes, roughly: enough for what is tested in front of it. */
function cellsOf(prompt: string, settings: { [name: string]: JSONValue }): number {
  const words = [...prompt.matchAll(/\{\{(.*?)\}\}/g)].map((found) => found[1]?.split("|").length ?? 1);
  const options = Object.values(settings).map((value) => (Array.isArray(value) ? value.length : 1));
  return [...words, ...options].reduce((product, count) => product * count, 1);
}

const partsUrl = new URL("../src/studio/late/parts.ts", import.meta.url).href;
const videoUrl = new URL("./fixtures/take.mp4", import.meta.url).href;

/** A take as the kernel would add it when a job ends. */
export function finish(kernel: FakeKernel, id: string): void {
  const job = kernel.traits.jobs?.find((other) => other.id === id);
  kernel.set("takes", [
    aTake({ id, endpoint: job?.endpoint ?? "", prompt: job?.prompt ?? "" }),
    ...(kernel.traits.takes ?? []),
  ]);
  kernel.set(
    "jobs",
    (kernel.traits.jobs ?? []).filter((other) => other.id !== id),
  );
}
