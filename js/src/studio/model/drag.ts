import type { Take } from "../../kernel/protocol";

/** The type of a dragged take's data: its id, which image slots accept. */
export const TAKE_TYPE = "application/x-reka-take";

/** Lets a take be dragged onto an image slot. */
export function draggedTake(take: Take) {
  return {
    draggable: take.kind === "video" || take.kind === "image",
    onDragStart(event: DragEvent) {
      event.dataTransfer?.setData(TAKE_TYPE, take.id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
    },
  };
}
