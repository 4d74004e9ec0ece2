import { useState } from "preact/hooks";
import { TAKE_TYPE } from "../model/drag";
import { sendFile, sendFiles, sendTake, sendUrl } from "../model/images";
import type { Session } from "../model/session";
import { chosenEndpoint } from "../model/state";
import { placesOf } from "../outputs/pick";

/** Marks the element that belongs to a slot, for drops that land on it. */
export const SLOT_ATTRIBUTE = "data-rk-slot";

/**
 * Drop and paste, anywhere in the studio.
 *
 * A drop goes to the slot it lands on, anything else to the main one. `dragging` says that a file is held
 * over the studio.
 */
export function useFileEntry(session: Session) {
  // Entering a child comes before leaving its parent, so this counts instead of remembering.
  const [depth, setDepth] = useState(0);

  function mainSlot(): string | undefined {
    const state = session.state.get();
    if (state.liveness === "gone") return undefined;
    const endpoint = chosenEndpoint(state);
    return endpoint && placesOf(state, endpoint)[0]?.slot;
  }

  function slotAt(target: EventTarget | null): string | undefined {
    const field = (target as Element | null)?.closest?.(`[${SLOT_ATTRIBUTE}]`);
    return field?.getAttribute(SLOT_ATTRIBUTE) ?? undefined;
  }

  function bring(data: DataTransfer, target: EventTarget | null): boolean {
    const main = mainSlot();
    const take = data.getData(TAKE_TYPE);
    if (take) {
      const slot = slotAt(target);
      if (main !== undefined && slot) void sendTake(session, slot, take);
      return true;
    }
    const file = [...data.files][0];
    const url = data.getData("text/uri-list").split("\n")[0]?.trim();
    if (main === undefined || (!file && !/^https?:/.test(url ?? ""))) return false;
    const slot = slotAt(target) ?? main;
    if (data.files.length > 1) void sendFiles(session, slot, [...data.files]);
    else if (file) void sendFile(session, slot, file);
    else if (url) void sendUrl(session, slot, url);
    return true;
  }

  const carries = (event: DragEvent) =>
    ["Files", "text/uri-list", TAKE_TYPE].some((type) => event.dataTransfer?.types.includes(type));

  return {
    dragging: depth > 0,
    listeners: {
      onDragEnter(event: DragEvent) {
        if (carries(event)) setDepth((depth) => depth + 1);
      },
      onDragLeave(event: DragEvent) {
        if (carries(event)) setDepth((depth) => Math.max(0, depth - 1));
      },
      onDragOver(event: DragEvent) {
        if (!carries(event)) return;
        // Without this the browser, or JupyterLab's file browser, opens the file.
        event.preventDefault();
        event.stopPropagation();
        if (!event.dataTransfer) return;
        // A take dropped beside the slots was not meant for one of them.
        const astray = event.dataTransfer.types.includes(TAKE_TYPE) && !slotAt(event.target);
        event.dataTransfer.dropEffect = mainSlot() === undefined || astray ? "none" : "copy";
      },
      onDrop(event: DragEvent) {
        setDepth(0);
        if (!carries(event) || !event.dataTransfer) return;
        event.preventDefault();
        event.stopPropagation();
        bring(event.dataTransfer, event.target);
      },
      onPaste(event: ClipboardEvent) {
        event.stopPropagation();
        if (event.clipboardData?.files.length && bring(event.clipboardData, event.target))
          event.preventDefault();
      },
    },
  };
}
