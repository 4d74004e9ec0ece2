import { useStore } from "../../store";
import { writeInto } from "../../view/write-into";
import type { Session } from "../model/session";
import { chosenEndpoint } from "../model/state";

/** Prompts that work with any image, and prompts that need none, by what is made. */
const IDEAS: { [output: string]: { of: readonly string[]; alone: readonly string[] } } = {
  video: {
    of: [
      "Slow dolly in, the light warms",
      "Pan slowly left, a breeze in the air",
      "Handheld, gently swaying, birds pass",
    ],
    alone: [
      "A sailing boat at dusk, slow dolly in",
      "Waves break on a pier, seen from above",
      "Rain on a street at night, lamps flicker on",
    ],
  },
  image: {
    of: ["Make it night, with a full moon", "Paint it as a watercolour", "Let it snow"],
    alone: [
      "A harbour at dusk, photographed on film",
      "A lighthouse in fog, seen from the water",
      "A street market in the rain, from above",
    ],
  },
  audio: {
    of: [],
    alone: [
      "Welcome aboard. We leave with the tide.",
      "The harbour is quiet now. Listen to the gulls.",
      "Once, long before the lighthouse, there was a light.",
    ],
  },
  boxes: { of: ["boat, pier, sun", "every person", "cup, plate, spoon"], alone: [] },
};

const TO_TRY: { [output: string]: string } = { audio: "Lines to try", boxes: "Things to find" };

/**
 * Prompts to try, where the first video will be.
 *
 * The style sheet takes them away when something is written: to take them out of the page would end what one undo undoes.
 */
export function Ideas({ session }: { session: Session }) {
  const state = useStore(session.state);
  const endpoint = chosenEndpoint(state);
  const ideas = endpoint && IDEAS[endpoint.output]?.[endpoint.images.length ? "of" : "alone"];
  if (!ideas) return null;
  return (
    <fieldset class="rk-ideas">
      <legend class="rk-small">{TO_TRY[endpoint.output] ?? "Prompts to try"}</legend>
      {ideas.map((idea) => (
        <button
          key={idea}
          type="button"
          class="rk-quiet"
          onClick={(event) => {
            const box = event.currentTarget
              .closest(".rk-studio")
              ?.querySelector<HTMLTextAreaElement>(".rk-prompt");
            if (box) writeInto(box, idea);
          }}
        >
          {idea}
        </button>
      ))}
    </fieldset>
  );
}
