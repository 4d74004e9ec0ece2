import { Marked } from "../../compare/Marked";
import { NBSP } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { FamilyMember, FamilyValue } from "../../kernel/protocol";
import { useStore } from "../../store";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import { whyNotChosen, whyNotReused } from "./acting";

export interface LookedProps {
  session: Session;
  family: FamilyValue;
  member: FamilyMember;
  /** Among those selected, from 0; -1 where it is none of them. */
  index: number;
  onOpen: () => void;
  onReuse: () => void;
  onChoose: () => void;
}

/** The take of the tree that is looked at: all of what changed, and what can be done with it. */
export function Looked(props: LookedProps) {
  const { session, family, member, index } = props;
  const state = useStore(session.state);
  const { take, title, removed } = member;
  const { has_poster } = kindOf(take.kind);
  const picture = usePicture(session.posters, has_poster && !removed ? take.id : null);
  const links = family.links.filter(({ child }) => child === take.id);
  const main = links.find(({ tree }) => tree);
  const after = family.links.filter(({ parent, tree }) => tree && parent === take.id).length;
  const titleOf = (id: string) => family.members.find((one) => one.take.id === id)?.title ?? "a take";
  const differing = main?.prompt.some(({ differs }) => !differs);
  const settings = links.flatMap((link) => (link.tree ? link.settings : []));
  const press = (words: string, action: () => void, refusal: string | null, look = "", pressed?: boolean) => (
    <button
      type="button"
      class={`rk-button ${look}`}
      title={refusal ?? undefined}
      aria-disabled={refusal !== null}
      aria-pressed={pressed}
      onClick={() => (refusal ? session.state.set({ said: refusal }) : action())}
    >
      {words}
    </button>
  );
  const gone = removed ? "The files of this take were removed." : null;
  const offline = state.liveness === "gone" ? "The kernel has stopped." : null;
  return (
    <section class="rk-looked" aria-label={`Looked at: ${title}`}>
      <div class="rk-looked-picture">
        {picture ? <img src={picture} alt="" data-kind={take.kind} /> : null}
      </div>
      <div class="rk-looked-words">
        <div>
          <b>{title}</b>{" "}
          <span class="rk-small rk-dim">
            {[
              take.title,
              take.duration === null ? "" : `${Number(take.duration.toFixed(1))}${NBSP}s`,
              after ? `${after} came of it` : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </div>
        <div class="rk-player-prompt">
          {main && differing ? <Marked pieces={main.prompt} /> : take.prompt || take.file}
        </div>
        {settings.length ? (
          <dl class="rk-differences rk-small">
            {settings.map(({ name, values }) => (
              <div key={name}>
                <dt class="rk-dim">{name}</dt>
                <dd>
                  {values[0] || "unknown"} → {values[1] || "unknown"}
                </dd>
              </div>
            ))}
          </dl>
        ) : null}
        {links.length ? (
          <div class="rk-small rk-dim">
            {links
              .map(({ how, parent }) => `${how === "Image" ? "From" : `${how} from`} ${titleOf(parent)}`)
              .join(" · ")}
          </div>
        ) : null}
        {family.members.length === 1 && !family.hidden ? (
          <div class="rk-small rk-dim">
            Alone so far. Continue, edit or reuse it, and what you make appears here.
          </div>
        ) : null}
      </div>
      <div class="rk-looked-actions">
        {press("Open", props.onOpen, gone, "rk-lead")}
        {press("Reuse settings", props.onReuse, offline ?? whyNotReused(state, take))}
        {press("Select to compare", props.onChoose, index >= 0 ? null : whyNotChosen(member), "", index >= 0)}
      </div>
    </section>
  );
}
