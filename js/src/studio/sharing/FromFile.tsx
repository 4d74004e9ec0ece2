import { useEffect, useState } from "preact/hooks";
import { isAbort, reason } from "../../format";
import type { RecipeOffer } from "../../kernel/protocol";
import { useStore } from "../../store";
import { load } from "../loading/loading";
import { edit } from "../model/drafts";
import type { Session } from "../model/session";
import { recipeIn } from "./recipe";

type Found = { file: File } & ({ offer: RecipeOffer } | { problem: string });

/** Offers to bring back the settings that a file carries. An image is used as an image either way. */
export function FromFile({ session }: { session: Session }) {
  const { dropped } = useStore(session.state);
  const [found, setFound] = useState<Found | null>(null);

  useEffect(() => {
    setFound(null);
    if (!dropped) return;
    const file = dropped;
    let wanted = true;
    look(session, file).then((now) => {
      if (!wanted) return;
      if (now) session.state.set({ said: "problem" in now ? now.problem : words(file) });
      else session.state.set({ dropped: null });
      setFound(now);
    });
    return () => {
      wanted = false;
    };
  }, [dropped]);

  if (!found || found.file !== dropped) return null;
  const { file } = found;
  const close = () => session.state.set({ dropped: null });
  const offer = "offer" in found ? found.offer : null;

  function bringBack(): void {
    if (!offer) return;
    close();
    const what = offer.whole ? "settings" : "prompt";
    void load(session, `Loaded the ${what} of ${file.name}.`, async () => {
      if (offer.whole) {
        const asked = { key: offer.key, by: session.writing.page };
        return (await session.connection.request("use_recipe", asked)).value;
      }
      edit(session, { prompt: offer.written });
      return null;
    });
  }

  return (
    <section
      class="rk-from-file"
      aria-label={`From ${file.name}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      {offer ? (
        <>
          <b>{words(file)}</b>
          <p class="rk-from-file-prompt">{offer.prompt || "No prompt"}</p>
          <p class="rk-small rk-dim">{[offer.model, offer.settings].filter(Boolean).join(" · ")}</p>
          {offer.notes.map((note) => (
            <p key={note} class="rk-small">
              {note}
            </p>
          ))}
        </>
      ) : (
        <p>{"problem" in found ? found.problem : null}</p>
      )}
      <div class="rk-from-file-ways">
        {offer ? (
          <button type="button" class="rk-button rk-lead" onClick={bringBack}>
            {offer.whole ? "Bring back its settings" : "Bring back its prompt"}
          </button>
        ) : null}
        <button type="button" class="rk-quiet" onClick={close}>
          {offer ? "Cancel" : "Close"}
        </button>
      </div>
    </section>
  );
}

const isFilm = (file: File) => /^(video|audio)/.test(file.type);
const words = (file: File) => `${file.name} says how it was made.`;

/** The recipe in a file, or why it cannot be read; null for an image without one. */
async function look(session: Session, file: File): Promise<Found | null> {
  try {
    const part = await recipeIn(file);
    if (part !== null) {
      const { offer } = (await session.connection.request("read_recipe", { part })).value;
      if (offer) return { file, offer };
    }
  } catch (error) {
    return isAbort(error) ? null : { file, problem: `${file.name}: ${reason(error)}` };
  }
  if (!isFilm(file)) return null;
  const kind = file.type.startsWith("audio") ? "a sound" : "a video";
  return {
    file,
    problem: `${file.name} is ${kind} that doesn't say how it was made. Choose an image instead.`,
  };
}
