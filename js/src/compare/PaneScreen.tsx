import { Icon } from "../view/Icon";
import { FilmView, type FilmViewProps } from "./FilmView";

/** A take's picture with its number, and the switch for its sound where it has one. */
export function PaneScreen(
  props: FilmViewProps & {
    number: number;
    onHear: () => void;
    /** On one spot with others, what is seen of it; null where it stands beside them. */
    side: "left" | "right" | "all" | "none" | null | undefined;
  },
) {
  const { take, heard, number } = props;
  return (
    <div class="rk-pane-screen" data-side={props.side} data-take={take.id}>
      <FilmView {...props} />
      <span class="rk-number" aria-hidden="true">
        {number}
      </span>
      {take.has_audio ? (
        <button
          type="button"
          class="rk-sound"
          aria-pressed={heard}
          aria-label={`Sound of take ${number}`}
          title={heard ? "Its sound is heard" : "Hear its sound"}
          onClick={props.onHear}
        >
          <Icon name={heard ? "sound" : "mute"} />
        </button>
      ) : null}
    </div>
  );
}
