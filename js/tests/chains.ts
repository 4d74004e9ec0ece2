import type { ChainStep, Take } from "../src/kernel/protocol";
import { pictures, step, take } from "./samples";

const PROMPT = "A slow dolly in over the water at dawn; gulls rise from the pier";

/** The takes of a chain: an edit of a given image, three shots, a voice. */
export const chainTakes: Take[] = [
  take({ id: "voice", endpoint: "here/with-sound", title: "With sound", prompt: PROMPT, has_audio: true }),
  take({ id: "on-2", prompt: "The camera pans left to the boats", rating: 1 }),
  take({ id: "on-1", prompt: "The camera pans right to the boats" }),
  take({ id: "shot-3", prompt: PROMPT.replace("dawn", "dusk") }),
  take({ id: "shot-2", prompt: PROMPT, verdict: "picked", rating: 2 }),
  take({ id: "shot-1", prompt: PROMPT.replace("slow", "fast") }),
  pictures(1, {
    id: "edit-2",
    endpoint: "nano-banana/edit",
    prompt: "Warmer light, no boats",
    verdict: "picked",
  }),
  pictures(1, { id: "edit-1", endpoint: "nano-banana/edit", prompt: "Warmer light" }),
].map((one, place) => ({ ...one, created: 1_795_440_000 - 60 * place }));

/** The image that it begins with. */
export const given = step({
  id: "image:sha256:harbour",
  output: "image",
  title: "Image",
  words: "harbour.jpg",
  image: "sha256:harbour",
  picture: null,
  takes: [],
  count: 0,
});
const edit = step({
  id: "image:edit-1",
  parent: given.id,
  output: "image",
  title: "Edit",
  words: "Warmer light, no boats",
  picture: "edit-2",
  takes: ["edit-2", "edit-1"],
  picked: "edit-2",
});
const shot = step({
  id: "video:shot-1",
  parent: edit.id,
  title: "Shot 1",
  words: "A slow dolly in over the water at dawn;",
  picture: "shot-2",
  takes: ["shot-3", "shot-2", "shot-1"],
  count: 3,
  picked: "shot-2",
});
const on = step({
  id: "video:on-1",
  parent: shot.id,
  title: "Shot 2",
  words: "continues 1",
  picture: "on-2",
  takes: ["on-2", "on-1"],
});
const voice = step({
  id: "video:voice",
  parent: on.id,
  title: "Voice",
  words: "under shot 2",
  picture: "voice",
  takes: ["voice"],
  count: 1,
});

const opened = (steps: readonly ChainStep[], id: string) =>
  steps.map((one) => ({ ...one, open: one.id === id }));

/** One step behind the other. */
export const chain = opened([given, edit, shot, on, voice], shot.id);

/** Several behind one. */
export const branched = opened(
  [
    given,
    step({
      id: "boxes",
      parent: given.id,
      output: "boxes",
      title: "Boxes",
      words: "sun, hill, boat",
      picture: "boxed",
      takes: ["boxed"],
      count: 1,
    }),
    edit,
    step({
      id: "other",
      parent: edit.id,
      title: "Shot 1",
      words: "handheld",
      picture: "on-1",
      takes: ["on-1"],
      count: 1,
    }),
    { ...shot, picked: null, title: "Shot 1" },
    on,
    step({
      id: "speech",
      parent: shot.id,
      output: "audio",
      title: "Speech",
      words: "The boat leaves",
      picture: "speech",
      takes: ["speech"],
      count: 1,
    }),
    voice,
  ],
  shot.id,
);

/** Another edit is picked than the one that the shots came from. */
export const older = opened(
  [
    given,
    edit,
    {
      ...shot,
      older: true,
      why: "Another take of Edit is picked now.",
      redo: {
        pick: "edit-2",
        new: 3,
        known: true,
        amount: "about $1.95",
        basis: "from 4 bills · 15 s of video",
        over: null,
      },
    },
    { ...on, older: true, why: "Based on an older pick. Redo Shot 1 first." },
    { ...voice, older: true, why: "Based on an older pick. Redo Shot 2 first." },
  ],
  shot.id,
);

/** As many as a kernel sends. */
export const long = opened(
  Array.from({ length: 24 }, (_, at) => ({
    ...on,
    id: `long-${at}`,
    parent: at ? `long-${at - 1}` : null,
    title: `Shot ${at + 1}`,
    words: at ? `continues ${at}` : "A slow dolly in",
    picture: `on-${1 + (at % 2)}`,
  })),
  "long-11",
);
