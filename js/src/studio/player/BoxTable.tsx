import { useEffect, useRef } from "preact/hooks";
import { NBSP } from "../../format";
import { useOneAtATime } from "../../hooks/useOneAtATime";
import type { Box, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { cropTo } from "../loading/loading";
import type { Session } from "../model/session";
import { canMake, noneFor } from "../outputs/pick";
import type { MarkedProps } from "./Boxed";
import type { Boxes } from "./useBoxes";

const NO_IMAGE = "The image is not in your library. Add it to the form, and crop it there.";

/** What was found, a line each: what it is, where it is, and the crop of it. */
export function BoxTable(props: MarkedProps & { session: Session; take: Take; boxes: Boxes }) {
  const { session, take, boxes, marked, onMark } = props;
  const state = useStore(session.state);
  const run = useOneAtATime();
  const list = useRef<HTMLDivElement>(null);
  const offline = state.liveness === "gone";
  const refusal = !boxes.url ? NO_IMAGE : canMake(state, "video") ? null : noneFor("video");

  // Of the picture, what is marked there comes into sight here; within the list, and not the page.
  useEffect(() => {
    const { current } = list;
    const row = marked === null ? undefined : current?.querySelectorAll<HTMLElement>("tbody tr")[marked];
    if (!current || !row) return;
    const head = current.querySelector("thead")?.clientHeight ?? 0;
    const top = row.offsetTop - head;
    const bottom = row.offsetTop + row.offsetHeight - current.clientHeight;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (bottom > current.scrollTop) current.scrollTop = bottom;
  }, [marked]);

  if (!boxes.boxes.length)
    return <div class="rk-box-table rk-box-none rk-small rk-dim">Nothing was found.</div>;
  return (
    <div ref={list} class="rk-box-table rk-small">
      <table>
        <caption class="rk-unseen">What was found</caption>
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Position</th>
            <th scope="col">
              <span class="rk-unseen">Crop</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {boxes.boxes.map((box, index) => (
            <tr
              key={`${index}`}
              data-marked={index === marked}
              onPointerEnter={() => onMark(index)}
              onPointerLeave={() => onMark(null)}
              onFocusIn={() => onMark(index)}
              onFocusOut={() => onMark(null)}
            >
              <th scope="row" title={box.label}>
                {box.label || "no label"}
                {box.score === null ? null : (
                  <span class="rk-dim">
                    {" "}
                    {Math.round(box.score * 100)}
                    {NBSP}%
                  </span>
                )}
              </th>
              <td class="rk-dim">
                <Position {...box} />
              </td>
              <td>
                <button
                  type="button"
                  class="rk-quiet"
                  disabled={offline}
                  aria-disabled={refusal !== null || !box.relative}
                  title={
                    refusal ?? "Make this box the crop of the form, with the model's aspect ratio around it"
                  }
                  onClick={
                    refusal
                      ? () => session.state.set({ said: refusal })
                      : run(() => cropTo(session, take, box))
                  }
                >
                  Crop to this
                  <span class="rk-unseen">
                    {" "}
                    {box.label || "no label"}, {index + 1} of {boxes.boxes.length}
                  </span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Left and top, then width and height: in pixels, or in parts of the image where its size is not known. */
function Position({ pixels, relative }: Box) {
  const [left, top, width, height] = pixels ?? relative?.map((part) => `${Math.round(part * 100)}%`) ?? [];
  if (left === undefined) return <>unknown</>;
  return (
    <>
      <span>
        {left},{NBSP}
        {top}
      </span>
      <i> · </i>
      <span>
        {width}
        {NBSP}×{NBSP}
        {height}
      </span>
    </>
  );
}
