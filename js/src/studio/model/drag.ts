import { KINDS } from "../../kernel/kinds";
import type { Take } from "../../kernel/protocol";

/** The type of a dragged take's data: its id, which image slots accept. */
export const TAKE_TYPE = "application/x-reka-take";

/** Lets a take be dragged onto an image slot. */
export function draggedTake(take: Take) {
  return {
    draggable: KINDS[take.kind].is_image,
    onDragStart(event: DragEvent) {
      event.dataTransfer?.setData(TAKE_TYPE, take.id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
    },
  };
}
