import { Icon } from "../../view/Icon";

export interface SelectToggleProps {
  /** Its index among the selected, from 0; -1 where it is not one of them. */
  index: number;
  /** Seen also without hover and focus. */
  shown: boolean;
  tabStop: boolean;
  /** Why it cannot be selected; null where it can. */
  refusal?: string | null;
  /** Id of what says which take it is. */
  describedBy: string;
  onFocus: () => void;
  onToggle: (event: MouseEvent) => void;
}

/** The toggle in a poster's corner that selects it; selected, it has its number there. */
export function SelectToggle(props: SelectToggleProps) {
  const { index, shown, refusal = null } = props;
  return (
    <button
      type="button"
      class={`rk-select${shown ? " rk-select-shown" : ""}`}
      aria-pressed={index >= 0}
      aria-label={`Select${index >= 0 ? `, ${index + 1}` : ""}`}
      aria-describedby={props.describedBy}
      aria-disabled={refusal !== null}
      title={refusal ?? "Select (Space)"}
      tabIndex={props.tabStop ? 0 : -1}
      onFocus={props.onFocus}
      onClick={props.onToggle}
    >
      {index >= 0 ? <b>{index + 1}</b> : <Icon name="check" />}
    </button>
  );
}
