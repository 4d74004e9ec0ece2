import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { shown } from "../../form-values";
import { Icon } from "../../view/Icon";
import type { ControlProps } from "./control-props";
import { FieldName } from "./FieldName";
import { SelectPill } from "./SelectPill";

/** The line of a list that turns it into boxes to check. */
export const SEVERAL = { value: "several", label: "Several…" };

/** A choice: one value from a list, or with "Several…" any of them, each of which makes a take. */
export function ChoiceField(props: ControlProps) {
  const { field, value, problemId, onChange } = props;
  const several = Array.isArray(value);
  return (
    <Turning several={several}>
      {(turn) =>
        several ? (
          <Several
            name={field.label}
            assumed={field.assumed}
            title={field.description}
            problemId={problemId}
            choices={field.choices.map((choice) => ({
              label: shown(field, choice),
              on: value.includes(choice),
              turn: (on) => onChange(on ? [...value, choice] : value.filter((other) => other !== choice)),
            }))}
            onOne={turn(() => onChange(value[0]))}
          />
        ) : (
          <One {...props} onSeveral={turn(() => onChange([value ?? field.default ?? []].flat()))} />
        )
      }
    </Turning>
  );
}

/** What a person turns a choice into, by `turn`, has the focus that its other form had. */
export function Turning(props: {
  several: boolean;
  children: (turn: (action: () => void) => () => void) => ComponentChildren;
}) {
  const root = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  useLayoutEffect(() => {
    if (turned.current) root.current?.querySelector<HTMLElement>("select, input")?.focus();
    turned.current = false;
  }, [props.several]);
  return (
    <div ref={root} class="rk-choice">
      {props.children((action) => () => {
        turned.current = true;
        action();
      })}
    </div>
  );
}

function One({ field, value, problemId, onChange, onSeveral }: ControlProps & { onSeveral: () => void }) {
  const usual = field.default === null ? "Default" : `Default (${shown(field, field.default)})`;
  // An option's value is its index in the list, since the schema's values need not be strings.
  const lines = field.choices.map((choice, index) => ({ value: String(index), label: shown(field, choice) }));
  const more = field.choices.length > 1 ? [SEVERAL] : [];
  return (
    <SelectPill
      name={field.label}
      shown={shown(field, value ?? field.default) || "default"}
      strong={value !== undefined}
      value={value === undefined ? "" : String(field.choices.indexOf(value))}
      options={[{ value: "", label: usual }, ...lines, ...more]}
      onChange={(index) => {
        if (index === SEVERAL.value) onSeveral();
        else onChange(index === "" ? undefined : field.choices[Number(index)]);
      }}
      assumed={field.assumed}
      title={field.description}
      problemId={problemId}
    />
  );
}

export interface SeveralProps {
  name: string;
  assumed: boolean;
  title?: string | undefined;
  problemId?: string | undefined;
  choices: { label: string; on: boolean; turn: (on: boolean) => void }[];
  onOne: () => void;
}

/** Boxes to check, and a way back to one. */
export function Several({ name, assumed, title, problemId, choices, onOne }: SeveralProps) {
  return (
    <fieldset class="rk-several" title={title} aria-describedby={problemId}>
      <legend class="rk-unseen">{name}, several values</legend>
      <FieldName name={name} assumed={assumed} />
      {choices.map(({ label, on, turn }) => (
        <label key={label}>
          <input
            type="checkbox"
            checked={on}
            onChange={({ currentTarget }) => {
              turn(currentTarget.checked);
              // What is chosen is what the form says: the last one stays.
              currentTarget.checked = on;
            }}
          />
          {label}
        </label>
      ))}
      <OneOnly name={name} onClick={onOne} />
    </fieldset>
  );
}

/** Gives several values up for one. */
export function OneOnly(props: { name: string; problemId?: string | undefined; onClick: () => void }) {
  return (
    <button
      type="button"
      class="rk-quiet"
      title="One value"
      aria-describedby={props.problemId}
      onClick={props.onClick}
    >
      <Icon name="close" />
      <span class="rk-unseen">{props.name}: one value only</span>
    </button>
  );
}
