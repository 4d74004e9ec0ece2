import type { ComponentType } from "preact";
import { exact, outOfRange, shown } from "../../form-values";
import type { Field } from "../../kernel/protocol";
import { useId } from "../../view/use-id";
import { ChoiceField, OneOnly } from "./ChoiceField";
import type { ControlProps } from "./control-props";
import { FieldName } from "./FieldName";

/** One control for each kind of field. */
export const CONTROLS: { [kind in Field["kind"]]: ComponentType<ControlProps> } = {
  choice: ChoiceField,
  switch: Switch,
  number: NumberField,
  text: TextField,
};

/** Several values that Python gave to an option that is not a choice: to be read, and to be given up for one. */
export function SeveralGiven({ field, value, problemId, onChange }: ControlProps) {
  const values = [value ?? []].flat();
  return (
    <div class="rk-several rk-several-given" title={field.description}>
      <FieldName name={field.label} assumed={field.assumed} />
      <span class="rk-pill-value">{values.map((one) => shown(field, one)).join(", ")}</span>
      <OneOnly name={field.label} problemId={problemId} onClick={() => onChange(values[0])} />
    </div>
  );
}

function Switch({ field, value, problemId, onChange }: ControlProps) {
  const on = (value ?? field.default) === true;
  return (
    <button
      type="button"
      role="switch"
      class="rk-pill"
      aria-checked={on}
      aria-describedby={problemId}
      title={field.description}
      onClick={() => onChange(!on)}
    >
      <FieldName name={field.label} assumed={field.assumed} />
      <span class={value === undefined ? "rk-pill-value rk-dim" : "rk-pill-value"} aria-hidden="true">
        {on ? "on" : "off"}
      </span>
    </button>
  );
}

function NumberField({ field, value, problemId, onChange }: ControlProps) {
  const id = useId();
  const refusal = outOfRange(field, value);
  return (
    <div class="rk-field rk-field-number">
      <label for={id}>
        <FieldName name={field.label} assumed={field.assumed} />
        {field.unit ? <span class="rk-dim"> in {field.unit}</span> : null}
      </label>
      <input
        id={id}
        type="number"
        inputMode={field.integer ? "numeric" : "decimal"}
        step={field.integer ? 1 : "any"}
        min={field.minimum}
        max={field.maximum}
        value={String(value ?? "")}
        placeholder={String(field.default ?? "")}
        title={field.description}
        aria-invalid={refusal !== undefined || problemId !== undefined}
        aria-describedby={problemId ?? `${id}hint`}
        onInput={(event) => onChange(exact(event.currentTarget.value))}
      />
      <div id={`${id}hint`} class="rk-hint">
        {refusal ?? field.description}
      </div>
    </div>
  );
}

/** A text or a number among the pills. */
export function WrittenPill({ field, value, problemId, onChange }: ControlProps) {
  const id = useId();
  const isNumber = field.kind === "number";
  const refusal = outOfRange(field, value);
  const common = {
    id,
    value: String(value ?? ""),
    placeholder: String(field.default ?? "default"),
    "aria-invalid": refusal !== undefined || problemId !== undefined,
    "aria-describedby": problemId ?? `${id}hint`,
  };
  return (
    <label for={id} class="rk-pill rk-pill-written" title={field.description}>
      <FieldName name={field.label} assumed={field.assumed} />
      {isNumber ? (
        <input
          type="number"
          inputMode={field.integer ? "numeric" : "decimal"}
          step={field.integer ? 1 : "any"}
          min={field.minimum}
          max={field.maximum}
          onInput={(event) => onChange(exact(event.currentTarget.value))}
          {...common}
        />
      ) : (
        <input
          type="text"
          onInput={(event) => onChange(event.currentTarget.value || undefined)}
          {...common}
        />
      )}
      {field.unit ? <span class="rk-dim">{field.unit}</span> : null}
      <span id={`${id}hint`} class="rk-unseen">
        {refusal ?? field.description}
      </span>
    </label>
  );
}

function TextField({ field, value, problemId, onChange }: ControlProps) {
  const id = useId();
  return (
    <div class="rk-field">
      <label for={id}>
        <FieldName name={field.label} assumed={field.assumed} />
      </label>
      <input
        id={id}
        type="text"
        value={String(value ?? "")}
        placeholder={String(field.default ?? "")}
        aria-invalid={problemId !== undefined}
        aria-describedby={problemId ?? `${id}hint`}
        onInput={(event) => onChange(event.currentTarget.value || undefined)}
      />
      <div id={`${id}hint`} class="rk-hint">
        {field.description}
      </div>
    </div>
  );
}
