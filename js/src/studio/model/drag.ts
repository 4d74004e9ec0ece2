import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { fileKey, withFile } from "../../kernel/take-files";

/** The type of a dragged take's data: its key as in `fileKey`, which image slots accept. */
export const TAKE_TYPE = "application/x-reka-take";

/** Lets a file of a take be dragged onto an image slot. */
export function draggedTake(take: Take, file = 0) {
  return {
    draggable: kindOf(withFile(take, file).kind).is_image,
    onDragStart(event: DragEvent) {
      event.dataTransfer?.setData(TAKE_TYPE, fileKey(take.id, file));
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
    },
  };
}
