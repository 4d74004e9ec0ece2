import { reason } from "../../format";
import { useAfter } from "../../hooks/effects";
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

/** Milliseconds for which it is seen that one was saved. */
const SEEN = 3000;

interface SheetProps {
  session: Session;
  /** Which takes; all that the wall has found where none are given. */
  takes?: readonly Take[];
}

const placeOf = (takes?: readonly Take[]) => (takes ? "selected" : "found");

/** Saves a contact sheet of takes: a page that plays. */
export function SheetButton({ session, takes }: SheetProps) {
  const { wall, sheet, liveness } = useStore(session.state);
  const making = sheet?.state === "making";
  const saved = sheet?.state === "saved" && !sheet.told;
  const now = sheet?.of !== placeOf(takes) ? "" : making ? "Making…" : saved ? "Saved" : "";
  const forget = () => session.state.set({ sheet: undefined });
  useAfter(SEEN, saved === true, forget, [sheet]);
  if (!(takes?.length ?? wall.total)) return null;
  return (
    <button
      type="button"
      class="rk-button rk-copy"
      title={`Save a page with the takes that are ${takes ? "selected" : "found here"}. It plays in any browser`}
      disabled={liveness === "gone"}
      aria-disabled={making}
      onClick={() => making || save(session, takes)}
    >
      {/* Both words have their place, so that nothing moves. */}
      <span aria-hidden={now !== ""}>Contact sheet</span>
      {now ? <span class="rk-copy-done">{now}</span> : null}
    </button>
  );
}

/** What is to be known about the contact sheet that was saved last, or why it was not. */
export function SheetTold({ session, takes }: SheetProps) {
  const { sheet } = useStore(session.state);
  if (sheet?.of !== placeOf(takes) || !sheet.told) return null;
  return (
    <Notice
      tone={sheet.state === "failed" ? "problem" : "calm"}
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
      {sheet.told}
    </Notice>
  );
}

async function save(session: Session, given?: readonly Take[]): Promise<void> {
  const { state, connection } = session;
  const of = placeOf(given);
  const words = given ? "" : state.get().wall.filters.words.trim();
  state.set({ sheet: { of, state: "making" }, said: "Making the contact sheet." });
  try {
    const found = given ? { takes: given, total: given.length } : await gather(session);
    const asked = { takes: found.takes.map(({ id }) => id), title: words ? `Takes: ${words}` : "Takes" };
    const answer = await connection.request("sheet", asked, [], { timeout: PATIENCE });
    const { name, told } = answer.value;
    saveBlob(blobOf(answer), name);
    const part = partOf(found);
    const lacks = [part ? `It has ${part} takes.` : "", told].filter(Boolean).join(" ");
    const said = `Saved ${name}. ${lacks}`.trim();
    state.set({ sheet: { of, state: "saved", ...(lacks && { told: said }) }, said });
  } catch (error) {
    const told = `The contact sheet was not made: ${reason(error)}`;
    state.set({ sheet: { of, state: "failed", told }, said: told });
  }
}
