import type { Take } from "../../kernel/protocol";

/** What is dragged when a take is: its id, for the places of images. */
export const TAKE_TYPE = "application/x-reka-take";

/** Lets a take be dragged onto the place of an image. */
export function draggedTake(take: Take) {
  return {
    draggable: take.kind === "video" || take.kind === "image",
    onDragStart(event: DragEvent) {
      event.dataTransfer?.setData(TAKE_TYPE, take.id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
    },
  };
}
