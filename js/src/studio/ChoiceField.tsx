import { useLayoutEffect, useRef } from "preact/hooks";
import { type Field, shown } from "../fields";
import type { JSONValue } from "../protocol";
import { Icon } from "../view/Icon";
import type { ControlProps } from "./controls";
import { FieldName } from "./FieldName";
import { SelectPill } from "./SelectPill";

const SEVERAL = "several";

/** A choice: one value from a list, or with "Several…" any of them, each of which makes a take. */
export function ChoiceField(props: ControlProps) {
  const { field, value, onChange } = props;
  const root = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  const several = Array.isArray(value);

  // What a person turned it into has the focus that the other form had.
  useLayoutEffect(() => {
    if (turned.current) root.current?.querySelector<HTMLElement>("select, input")?.focus();
    turned.current = false;
  }, [several]);

  function turn(into: JSONValue | undefined): void {
    turned.current = true;
    onChange(into);
  }

  return (
    <div ref={root} class="rk-choice">
      {several ? (
        <Several {...props} field={field} values={value} onOne={() => turn(value[0])} />
      ) : (
        <One {...props} onSeveral={() => turn([value ?? field.default ?? []].flat())} onChange={onChange} />
      )}
    </div>
  );
}

function One({ field, value, problemId, onChange, onSeveral }: ControlProps & { onSeveral: () => void }) {
  const usual = field.default === undefined ? "Default" : `Default (${shown(field, field.default)})`;
  // An option's value is its place in the list, since the schema's values need not be strings.
  const lines = field.choices.map((choice, place) => ({ value: String(place), label: shown(field, choice) }));
  const more = field.choices.length > 1 ? [{ value: SEVERAL, label: "Several…" }] : [];
  return (
    <SelectPill
      name={field.label}
      shown={shown(field, value ?? field.default) || "default"}
      strong={value !== undefined}
      value={value === undefined ? "" : String(field.choices.indexOf(value))}
      groups={[{ label: "", options: [{ value: "", label: usual }, ...lines, ...more] }]}
      onChange={(place) => {
        if (place === SEVERAL) onSeveral();
        else onChange(place === "" ? undefined : field.choices[Number(place)]);
      }}
      assumed={field.assumed}
      title={field.description}
      problemId={problemId}
    />
  );
}

interface SeveralProps extends Pick<ControlProps, "problemId" | "onChange"> {
  field: Field;
  values: JSONValue[];
  onOne: () => void;
}

function Several({ field, values, problemId, onChange, onOne }: SeveralProps) {
  return (
    <fieldset class="rk-several" title={field.description} aria-describedby={problemId}>
      <legend class="rk-unseen">{field.label}, several values</legend>
      <FieldName name={field.label} assumed={field.assumed} />
      {field.choices.map((choice) => (
        <label key={String(choice)}>
          <input
            type="checkbox"
            checked={values.includes(choice)}
            onChange={(event) => {
              const others = values.filter((value) => value !== choice);
              onChange(event.currentTarget.checked ? [...others, choice] : others);
            }}
          />
          {shown(field, choice)}
        </label>
      ))}
      <button type="button" class="rk-quiet" title="One value" onClick={onOne}>
        <Icon name="close" />
        <span class="rk-unseen">{field.label}: one value only</span>
      </button>
    </fieldset>
  );
}
