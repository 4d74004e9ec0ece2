import { Icon } from "../../view/Icon";

export interface SelectToggleProps {
  /** Its place among the selected, from 0; -1 where it is not one of them. */
  place: number;
  /** Seen also without hover and focus. */
  shown: boolean;
  tabStop: boolean;
  /** Id of what says which take it is. */
  describedBy: string;
  onFocus: () => void;
  onToggle: () => void;
}

/** The toggle in a poster's corner that selects it to be compared; selected, it has its number there. */
export function SelectToggle(props: SelectToggleProps) {
  const { place, shown } = props;
  return (
    <button
      type="button"
      class={`rk-select${shown ? " rk-select-shown" : ""}`}
      aria-pressed={place >= 0}
      aria-label={`Select to compare${place >= 0 ? `, ${place + 1}` : ""}`}
      aria-describedby={props.describedBy}
      title="Select to compare (Space)"
      tabIndex={props.tabStop ? 0 : -1}
      onFocus={props.onFocus}
      onClick={props.onToggle}
    >
      {place >= 0 ? <b>{place + 1}</b> : <Icon name="check" />}
    </button>
  );
}
