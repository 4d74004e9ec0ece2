import { Icon } from "../../view/Icon";
import { FieldName } from "./FieldName";

export interface Option {
  value: string;
  label: string;
}

export interface OptionGroup {
  label: string;
  options: Option[];
}

export interface SelectPillProps {
  name: string;
  /** The value as the pill shows it, which may be shorter than its line in the list. */
  shown: string;
  /** Chosen by the person, not left to the service. */
  strong: boolean;
  value: string;
  /** Those in groups stand before the others. */
  groups?: OptionGroup[];
  options: Option[];
  onChange: (value: string) => void;
  assumed?: boolean;
  title?: string | undefined;
  problemId?: string | undefined;
  /** Told when it is about to be opened. */
  onNear?: () => void;
  /** Of the wall: its name is for screen readers alone, since what is chosen says it to everybody else. */
  filter?: "framed" | "plain" | undefined;
}

/** A native select that looks like a pill: the select lies over it, unseen, and does all the work. */
export function SelectPill(props: SelectPillProps) {
  return (
    <label
      class={`rk-pill${props.filter === "plain" ? " rk-pill-plain" : ""}${props.filter && props.strong ? " rk-pill-on" : ""}`}
      title={props.title}
      onPointerEnter={props.onNear}
    >
      {props.filter ? (
        <span class="rk-unseen">{props.name}</span>
      ) : (
        <FieldName name={props.name} assumed={props.assumed ?? false} />
      )}
      <span class={props.strong ? "rk-pill-value" : "rk-pill-value rk-dim"} aria-hidden="true">
        {props.shown}
      </span>
      <Icon name="chevron" />
      <select
        value={props.value}
        aria-invalid={props.problemId !== undefined}
        aria-describedby={props.problemId}
        onFocus={props.onNear}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          // A line may do something instead of being chosen: what is shown stays what is chosen.
          event.currentTarget.value = props.value;
          props.onChange(chosen);
        }}
      >
        {props.groups?.map(({ label, options }) => (
          <optgroup key={label} label={label}>
            {options.map(line)}
          </optgroup>
        ))}
        {props.options.map(line)}
      </select>
    </label>
  );
}

function line({ value, label }: Option) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  );
}
