import { Icon } from "../../view/Icon";

export interface FilterPillProps {
  /** For screen readers; what is chosen says it to everybody else. */
  name: string;
  /** The chosen value as the pill shows it. */
  shown: string;
  /** Something is left out by it. */
  strong: boolean;
  value: string;
  options: { value: string; label: string }[];
  /** Without a frame, as part of the heading. */
  plain?: boolean;
  onChange: (value: string) => void;
}

/** A native select that looks like a pill: it lies over it, unseen, and does all the work. */
export function FilterPill(props: FilterPillProps) {
  return (
    <label class={`rk-pill${props.plain ? " rk-pill-plain" : ""}${props.strong ? " rk-pill-on" : ""}`}>
      <span class="rk-unseen">{props.name}</span>
      <span class={props.strong ? "rk-pill-value" : "rk-pill-value rk-dim"} aria-hidden="true">
        {props.shown}
      </span>
      <Icon name="chevron" />
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
