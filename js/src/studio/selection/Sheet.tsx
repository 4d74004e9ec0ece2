import { reason } from "../../format";
import { blobOf } from "../../kernel/blob-urls";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import type { Session } from "../model/session";
import { saveBlob } from "../model/takes";
import { gather, partOf } from "./gather";

/** Seconds without a sign of life: media may have to come from a team's store first. */
const PATIENCE = 600;

interface SheetProps {
  session: Session;
  /** Which takes; all that the wall has found where none are given. */
  takes?: readonly Take[];
}

const placeOf = (takes?: readonly Take[]) => (takes ? "selected" : "found");

/** Saves a contact sheet of takes: a page that plays. */
export function SheetButton({ session, takes }: SheetProps) {
  const { wall, sheet, liveness } = useStore(session.state);
  const making = sheet?.making === true;
  if (!(takes?.length ?? wall.total)) return null;
  return (
    <button
      type="button"
      class="rk-button"
      title="Save a page with these takes, which plays in any browser"
      disabled={liveness === "gone"}
      aria-disabled={making}
      onClick={() => making || save(session, takes)}
    >
      {making && sheet?.of === placeOf(takes) ? "Making the sheet" : "Contact sheet"}
    </button>
  );
}

/** What is to be known about the contact sheet that was saved last, or why it was not. */
export function SheetTold({ session, takes }: SheetProps) {
  const { sheet } = useStore(session.state);
  if (sheet?.of !== placeOf(takes) || !(sheet.told || sheet.problem)) return null;
  return (
    <Notice
      tone={sheet.problem ? "problem" : "calm"}
      action={
        <button
          type="button"
          class="rk-quiet"
          aria-label="Close"
          onClick={() => session.state.set({ sheet: undefined })}
        >
          <Icon name="close" />
        </button>
      }
    >
      {sheet.problem ?? sheet.told}
    </Notice>
  );
}

async function save(session: Session, given?: readonly Take[]): Promise<void> {
  const { state, connection } = session;
  const of = placeOf(given);
  const words = given ? "" : state.get().wall.filters.words.trim();
  state.set({ sheet: { of, making: true }, said: "Making the contact sheet." });
  try {
    const found = given ? { takes: given, total: given.length } : await gather(session);
    const asked = { takes: found.takes.map(({ id }) => id), title: words ? `Takes: ${words}` : "Takes" };
    const answer = await connection.request("sheet", asked, [], { timeout: PATIENCE });
    saveBlob(blobOf(answer), answer.value.name);
    const part = partOf(found);
    const told = [
      part ? `Saved ${answer.value.name} with ${part} takes.` : `Saved ${answer.value.name}.`,
      answer.value.told,
    ]
      .join(" ")
      .trim();
    state.set({ sheet: { of, told }, said: told });
  } catch (error) {
    const problem = `The contact sheet was not made: ${reason(error)}`;
    state.set({ sheet: { of, problem }, said: problem });
  }
}
