import type { JudgedValue, ModelVotes, Pair, Standing, Take, VotesValue } from "../src/kernel/protocol";
import type { FakeKernel, Handlers } from "./fake-kernel";

/** What a judgement is kept as. */
export interface Kept {
  left: string;
  right: string;
  preferred: string | null;
}

/** A library of judgements, and pairs in a fixed order: each take with the next one. */
export class Judgements {
  kept: Kept[] = [];
  private readonly asked = new Map<string, Pair>();
  private readonly said = new Map<string, Kept | null>();
  private at = 0;
  takes: string[] = [];
  /** What a chat model has voted, and how far it is with its answers. */
  models: ModelVotes[] = [];
  far: VotesValue = { asked: 6, answered: 0, running: false, words: "", failed: false };

  /** Answers one more question, as each time the page asks how far it is. */
  answer(stop: boolean): VotesValue {
    const { asked, answered, running } = this.far;
    if (!running) return this.far;
    const now = answered + 2;
    const runs = !stop && now < asked;
    const words = runs ? `${now} of ${asked} questions answered` : `${now} votes saved. No charge.`;
    this.far = { asked, answered: now, running: runs, words, failed: false };
    if (!runs)
      this.models = [
        {
          title: "Reka Edge",
          words: `${now} votes, not counted above. First by its votes: Otters at dawn.`,
          pairs: 3,
          same: 2,
          chance: 0.44,
          agreement: "reka-edge-2603 agrees in 2 of 3 pairs (67%); chance alone would give about 44%.",
        },
      ];
    return this.far;
  }

  constructor(private readonly kernel: FakeKernel) {}

  next(): Pair | null {
    const { takes } = this;
    if (takes.length < 2) return null;
    const [left, right] = [this.at % takes.length, (this.at + 1) % takes.length].map((at) => takes[at] ?? "");
    this.at++;
    return this.pair(left ?? "", right ?? "");
  }

  pair(left: string, right: string): Pair {
    const pair = { id: `pair-${this.asked.size + 1}`, left: this.side(left), right: this.side(right) };
    this.asked.set(pair.id, pair);
    return pair;
  }

  private side(id: string) {
    const { kind, width, height, fps, has_audio } = this.kernel.library.find(
      (take) => take.id === id,
    ) as Take;
    return { take: id, kind, width, height, fps, has_audio };
  }

  standing(note = ""): Standing {
    const judged = this.kept.length;
    const more = Math.max(0, 4 - judged);
    const words = more
      ? `${judged} judged; about ${more} more would be enough for a ranking.`
      : `${judged} judged; enough for a ranking.`;
    return { judged, more, words, note };
  }

  vote(id: string, choice: "left" | "right" | "tie" | "skip"): void {
    const pair = this.asked.get(id);
    if (!pair) throw new Error("This pair belongs to another page. Start judging again.");
    if (this.said.has(id)) return;
    const [left, right] = [pair.left.take, pair.right.take];
    const kept = choice === "skip" ? null : { left, right, preferred: { left, right, tie: null }[choice] };
    this.said.set(id, kept);
    if (kept) this.kept.push(kept);
  }

  takeBack(id: string | null): Pair | null {
    if (id === null) {
      const last = this.kept.pop();
      return last ? this.pair(last.left, last.right) : null;
    }
    this.kept = this.kept.filter((one) => one !== this.said.get(id));
    this.said.delete(id);
    return this.asked.get(id) ?? null;
  }

  result(): JudgedValue {
    const won = (id: string) => this.kept.filter(({ preferred }) => preferred === id).length;
    const of = (id: string) => this.kept.filter(({ left, right }) => left === id || right === id).length;
    const ranked = [...this.takes]
      .sort((a, b) => won(b) - won(a))
      .map((take, at) => {
        const ties = this.kept.filter((one) => [one.left, one.right].includes(take) && !one.preferred).length;
        const judged = of(take);
        return {
          take,
          place: at + 1,
          words: this.kernel.library.find(({ id }) => id === take)?.prompt ?? "",
          wins: won(take),
          losses: judged - won(take) - ties,
          ties,
          share: judged ? (won(take) + 1) / (judged + 2) : null,
          low: judged ? won(take) / (judged + 2) : null,
          high: judged ? Math.min(1, (won(take) + 2) / (judged + 2)) : null,
        };
      });
    const words = this.kept.length ? `First: ${ranked[0]?.words}.` : "Nothing judged yet.";
    const differences = [
      { sentence: "“slow” beats “fast”, 7 to 2: likely.", sure: true },
      {
        sentence: "Kling v3 Pro beats Veo 3.1, 5 to 4: not yet certain; about 20 more would decide it.",
        sure: false,
      },
    ];
    return {
      ranked,
      words,
      differences: this.kept.length ? differences : [],
      notes: [],
      models: this.models,
    };
  }
}

export function judgeHandlers(
  kernel: FakeKernel,
): Pick<
  Handlers,
  "begin_judging" | "vote" | "take_back" | "judged" | "votes_plan" | "ask_votes" | "votes_so_far"
> {
  const { judgements } = kernel;
  return {
    begin_judging: async ({ takes }) => {
      judgements.takes = takes.length ? takes : kernel.library.map(({ id }) => id);
      const pairs = [judgements.next(), judgements.next()].flatMap((pair) => pair ?? []);
      return {
        value: {
          judging: "judging-1",
          pairs,
          ratio: kernel.library[0]?.width
            ? (kernel.library[0].width ?? 1) / (kernel.library[0].height ?? 1)
            : 3,
          standing: judgements.standing(),
          can_take_back: judgements.kept.length > 0,
        },
      };
    },
    vote: async ({ pair, choice, more }) => {
      judgements.vote(pair, choice);
      return { value: { pair: more ? judgements.next() : null, standing: judgements.standing() } };
    },
    take_back: async ({ pair }) => {
      const back = judgements.takeBack(pair);
      return {
        value: { pair: back, standing: judgements.standing(), can_take_back: judgements.kept.length > 0 },
      };
    },
    judged: async () => ({ value: judgements.result() }),
    votes_plan: async () => ({
      value: {
        words:
          "Asks Reka Edge about 3 pairs, each in both orders: 6 questions. Each sends the whole video, 5 s, 1.2 MB, " +
          "and the same for the other take, to api.reka.ai. For each: at most about $0.01, charged to your account. " +
          "In all: about $0.06.",
        questions: 6,
      },
    }),
    ask_votes: async () => {
      judgements.far = {
        asked: 6,
        answered: 0,
        running: true,
        words: "0 of 6 questions answered",
        failed: false,
      };
      return { value: judgements.far };
    },
    votes_so_far: async ({ stop }) => ({ value: judgements.answer(stop) }),
  };
}
