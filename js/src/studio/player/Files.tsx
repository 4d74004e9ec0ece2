import { useLayoutEffect, useRef } from "preact/hooks";
import { isModified } from "../../hooks/keys";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { fileKey, filesOf } from "../../kernel/take-files";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import { draggedTake } from "../model/drag";
import type { Session } from "../model/session";
import { showFile } from "../model/stage";

const STEPS: { [key: string]: number } = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** The files of a take that has several, in a row of small pictures; the one on the stage is chosen here. */
export function Files({ session, take, file }: { session: Session; take: Take; file: number }) {
  const row = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const { length } = filesOf(take);

  useLayoutEffect(() => {
    const chosen = row.current?.querySelectorAll<HTMLElement>(".rk-file")[file];
    if (moved.current) chosen?.focus({ preventScroll: true });
    moved.current = false;
    // Within the row, and not the page.
    if (chosen && row.current) row.current.scrollLeft = chosen.offsetLeft - row.current.clientWidth / 2;
  }, [file]);

  function onKeyDown(event: KeyboardEvent): void {
    if (isModified(event)) return;
    const step = STEPS[event.key];
    const end = { Home: 0, End: length - 1 }[event.key];
    const next = end ?? (step === undefined ? undefined : (file + step + length) % length);
    if (next === undefined) return;
    event.preventDefault();
    if (next === file) return;
    moved.current = true;
    showFile(session, next, length);
  }

  return (
    <div class="rk-files">
      <div
        ref={row}
        class="rk-files-row"
        role="radiogroup"
        aria-label="Files of this take"
        onKeyDown={onKeyDown}
      >
        {filesOf(take).map((_, index) => (
          <FileButton
            key={fileKey(take.id, index)}
            {...{ session, take, index }}
            chosen={index === file}
            of={length}
          />
        ))}
      </div>
      <span class="rk-small rk-dim rk-files-count">
        {file + 1} of {length}
      </span>
    </div>
  );
}

function FileButton(props: { session: Session; take: Take; index: number; chosen: boolean; of: number }) {
  const { session, take, index, chosen, of } = props;
  const { kind } = filesOf(take)[index] ?? take;
  const picture = usePicture(session.posters, kindOf(kind).has_poster ? fileKey(take.id, index) : null);
  const words = kindOf(kind).noun.replace(/^an? /, "");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a radio button holds no picture that can be dragged
    <button
      type="button"
      class="rk-file"
      role="radio"
      aria-checked={chosen}
      aria-label={`${words[0]?.toUpperCase()}${words.slice(1)} ${index + 1} of ${of}`}
      tabIndex={chosen ? 0 : -1}
      onClick={() => showFile(session, index, of)}
      {...draggedTake(take, index)}
    >
      {picture ? <img src={picture} alt="" draggable={false} /> : <Icon name="image" />}
    </button>
  );
}
