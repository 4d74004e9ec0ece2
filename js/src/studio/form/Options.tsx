import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fitting, settingsFor } from "../../form-values";
import { useWidth } from "../../hooks/useWidth";
import type { Endpoint, Field } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { useId } from "../../view/use-id";
import { choose, edit } from "../model/drafts";
import type { Session } from "../model/session";
import { CONTROLS, SeveralGiven, WrittenPill } from "./controls";
import { ModelField } from "./ModelField";

/** From this width on the pills have one line, and two where it is less. */
const WIDE = 480;

/** What takes lines of its own, because a person has unfolded or filled it. */
const OWN_LINE = ".rk-several, .rk-picture, .rk-drop";

export interface OptionsProps {
  session: Session;
  endpoint: Endpoint;
  problem: { field: string | null } | null;
  /** Id of the element that says the problem. */
  problemId: string;
  /** Images beside the main one. */
  children: ComponentChildren;
}

/**
 * The model and its options, all drawn from the catalogue: a new model needs no new front end.
 *
 * The pills take the same room for every model: what does not fit into it is found under More.
 */
export function Options(props: OptionsProps) {
  const { session, endpoint } = props;
  const { draft } = useStore(session.state);
  const [more, setMore] = useState(false);
  const id = useId();
  const { fields } = endpoint;
  const prominent = fields.filter((field) => field.prominent);
  const pills = useRef<HTMLDivElement>(null);
  const fits = useFits(
    pills,
    prominent.length,
    `${endpoint.id} ${JSON.stringify([draft.wanted, draft.models])}`,
  );
  const lesser = [...prominent.slice(fits), ...fields.filter((field) => !field.prominent)];
  const isSet = (field: Field) => fitting(field, draft.wanted[field.name]) !== undefined;
  const lesserSet = lesser.filter(isSet).length;
  const troubled = lesser.some((field) => field.name === props.problem?.field);
  const unfolded = more || troubled;

  const draw = (field: Field, among: "pills" | "more") => {
    const value = fitting(field, draft.wanted[field.name]);
    const Written =
      among === "pills" && (field.kind === "text" || field.kind === "number") ? WrittenPill : null;
    const Control =
      Array.isArray(value) && field.kind !== "choice" ? SeveralGiven : (Written ?? CONTROLS[field.kind]);
    return (
      <Control
        key={field.name}
        field={field}
        value={value}
        problemId={field.name === props.problem?.field ? props.problemId : undefined}
        onChange={(value) => choose(session, field.name, value)}
      />
    );
  };

  return (
    <>
      <div ref={pills} class="rk-pills rk-options">
        <ModelField session={session} endpoint={endpoint} />
        {prominent.slice(0, fits).map((field) => draw(field, "pills"))}
        {props.children}
        <button
          type="button"
          class="rk-pill rk-pill-more"
          aria-expanded={unfolded}
          aria-controls={`${id}more`}
          hidden={!lesser.length}
          onClick={() => setMore(!unfolded)}
        >
          More{lesserSet ? <b>{lesserSet} set</b> : null}
          <Icon name="chevron" />
        </button>
      </div>
      <div id={`${id}more`} class="rk-more" hidden={!unfolded}>
        {unfolded ? (
          <>
            {lesser.map((field) => draw(field, "more"))}
            {Object.keys(settingsFor(fields, draft.wanted)).length ? (
              <button type="button" class="rk-quiet rk-reset" onClick={() => edit(session, { wanted: {} })}>
                Reset the options
              </button>
            ) : null}
          </>
        ) : null}
      </div>
    </>
  );
}

/**
 * How many of the pills behind the first have room. All are drawn to be measured when what they say, or the width, has
 * changed, before that is painted. A choice of several values is as large as it must be, and is not counted.
 */
function useFits(box: RefObject<HTMLElement | null>, count: number, words: string): number {
  const width = useWidth(box, 0);
  const [found, setFound] = useState({ what: "", fits: count });
  const measured = useRef("");
  useLayoutEffect(() => {
    // As wide as it is now: its width as it was drawn may be that of before.
    const what = `${box.current?.clientWidth} ${words}`;
    if (measured.current === what || !box.current?.clientWidth) return;
    measured.current = what;
    const room = roomIn(box.current, count);
    if (room < count) setFound({ what, fits: room });
  });
  return found.what === `${width} ${words}` ? found.fits : count;
}

/** How many of `count` fields have room in their lines, all of them being drawn. */
function roomIn(box: HTMLElement, count: number): number {
  const sizes = [...box.children].map((child) => {
    if (child.matches(OWN_LINE) || child.querySelector(OWN_LINE)) return 0;
    return Math.max(...[child, ...child.children].map((one) => one.getBoundingClientRect().width));
  });
  const gap = Number.parseFloat(getComputedStyle(box).columnGap) || 0;
  const width = box.clientWidth;
  const [first = 0, ...others] = sizes;
  const fields = others.slice(0, count);
  const rest = others.slice(count);
  const more = rest.pop() || 0;
  const lines = (fits: number) =>
    linesOf([first, ...fields.slice(0, fits), ...rest, fits < count ? more || MORE : more], gap, width);
  // What has the focus stays where it is.
  const held = [...box.children].findIndex((child) => child.contains(activeIn(child)));
  let fits = count;
  while (fits > (held <= count ? Math.max(0, held) : 0) && lines(fits) > (width < WIDE ? 2 : 1)) fits--;
  return fits;
}

/** The element with the focus, in a shadow root too. */
function activeIn(element: Element): Element | null {
  return (element.getRootNode() as Document | ShadowRoot).activeElement;
}

/** About as wide as the button for more. */
const MORE = 76;

/** How many lines pills of these widths make. */
function linesOf(sizes: number[], gap: number, width: number): number {
  let lines = 1;
  let at = 0;
  for (const size of sizes) {
    if (!size) continue;
    if (at && at + gap + size > width) {
      lines++;
      at = 0;
    }
    at += (at ? gap : 0) + size;
  }
  return lines;
}
