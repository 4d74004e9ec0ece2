import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { isModified } from "../../hooks/keys";
import { useWidth } from "../../hooks/useWidth";
import type { FamilyMember, FamilyValue } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { Member } from "./Member";
import { heightOf, leftOf, lineage, lineOf, NARROW, topOf, WIDE, waysOf, wayTo, widthOf } from "./places";

export interface TreeProps {
  session: Session;
  family: FamilyValue;
  /** The take whose family it is. */
  of: string;
  /** The one that is looked at. */
  current: string;
  /** Those that are selected to be compared, in the order of selection. */
  chosen: readonly string[];
  onLook: (take: string) => void;
  onChoose: (member: FamilyMember) => void;
  onOpen: (member: FamilyMember) => void;
}

/** Pixels of width below which a tree is drawn small. */
const SMALL = 560;

/**
 * The takes from left to right, with lines between them. It scrolls by itself. One stop for the Tab key; arrows go along
 * the tree.
 */
export function Tree(props: TreeProps) {
  const { session, family, of, current, chosen, onLook, onChoose, onOpen } = props;
  const { members, links, columns, rows } = family;
  const box = useRef<HTMLDivElement>(null);
  const measures = useWidth(box, 800) < SMALL ? NARROW : WIDE;
  const byId = useMemo(() => new Map(members.map((member) => [member.take.id, member])), [members]);
  const ways = useMemo(() => waysOf(members, links), [members, links]);
  const into = useMemo(
    () => new Map(links.flatMap((link) => (link.tree ? [[link.child, link] as const] : []))),
    [links],
  );
  const line = lineage(ways, current);
  // The same functions each time, so that of many takes only those are drawn again that have changed.
  const latest = useRef({ onChoose, onOpen });
  latest.current = { onChoose, onOpen };
  const actions = useMemo(
    () => ({
      onChoose: (member: FamilyMember) => latest.current.onChoose(member),
      onOpen: (member: FamilyMember) => latest.current.onOpen(member),
    }),
    [],
  );
  const size = {
    width: widthOf(measures, columns),
    height: (rows - 1) * measures.row + heightOf(measures) + CAPTION,
  };

  useLayoutEffect(() => find(of)?.focus({ preventScroll: true }), []);
  // The one that is looked at, with as much as there is room for of what led to it.
  useLayoutEffect(() => {
    const own = byId.get(current);
    if (!own || !box.current) return;
    const { clientWidth, clientHeight } = box.current;
    box.current.scrollTo({
      left: leftOf(measures, own) + measures.picture + AROUND - clientWidth,
      top: topOf(measures, own) - (clientHeight - measures.row) / 2,
      behavior: "instant",
    });
  }, [measures]);

  // What had the focus may be hidden now.
  useEffect(() => {
    const page = box.current?.getRootNode() as Document | ShadowRoot | undefined;
    if (page?.activeElement === box.current) find(current)?.focus();
  }, [members]);

  function find(take: string): HTMLElement | null | undefined {
    return box.current?.querySelector<HTMLElement>(`[data-member="${CSS.escape(take)}"]`);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isModified(event)) return;
    const next = wayTo(event.key, current, members, ways);
    if (next === undefined && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (next === undefined) return;
    const button = find(next);
    button?.focus({ preventScroll: true });
    button?.closest(".rk-member")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  return (
    <div class="rk-family-tree" ref={box} tabIndex={-1}>
      <div class="rk-family-sheet" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
        <svg class="rk-family-lines" width={size.width} height={size.height} aria-hidden="true">
          {links.map((link) => {
            const [parent, child] = [byId.get(link.parent), byId.get(link.child)];
            if (!parent || !child) return null;
            const isNear = link.tree
              ? line.has(link.child)
              : link.parent === current || link.child === current;
            return (
              <path
                key={`${link.parent} ${link.child} ${link.how}`}
                class={`${link.tree ? "rk-family-line" : "rk-family-thin"}${isNear ? " rk-family-near" : ""}`}
                d={lineOf(measures, parent, child, link.tree)}
              />
            );
          })}
        </svg>
        <ul aria-label="Takes of the family" onKeyDown={onKeyDown}>
          {members.map((member) => (
            <Member
              key={member.take.id}
              {...{ session, member, measures }}
              link={into.get(member.take.id)}
              own={member.take.id === of}
              looked={member.take.id === current}
              index={chosen.indexOf(member.take.id)}
              choosing={chosen.length > 0}
              onLook={onLook}
              {...actions}
            />
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Pixels beside the take that was asked for. */
const AROUND = 48;
/** Pixels for what stands under a picture. */
const CAPTION = 24;
