import { useState } from "preact/hooks";
import { fitting } from "../../form-values";
import type { Endpoint, Field } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { useId } from "../../view/use-id";
import { choose } from "../model/drafts";
import type { Session } from "../model/session";
import { CONTROLS, SeveralGiven } from "./controls";
import { ModelField } from "./ModelField";

export interface OptionsProps {
  session: Session;
  endpoint: Endpoint;
  problem: { field: string | null } | null;
  /** Id of the element that says the problem. */
  problemId: string;
}

/** The model and its options, all drawn from the catalogue: a new model needs no new front end. */
export function Options(props: OptionsProps) {
  const { session, endpoint } = props;
  const { draft } = useStore(session.state);
  const [more, setMore] = useState(false);
  const id = useId();
  const { fields } = endpoint;
  const prominent = fields.filter((field) => field.prominent);
  const lesser = fields.filter((field) => !field.prominent);
  const set = fields.filter((field) => fitting(field, draft.wanted[field.name]) !== undefined);
  const lesserSet = lesser.filter((field) => set.includes(field)).length;
  const troubled = lesser.some((field) => field.name === props.problem?.field);
  const unfolded = more || troubled;

  const draw = (field: Field) => {
    const value = fitting(field, draft.wanted[field.name]);
    const Control = Array.isArray(value) && field.kind !== "choice" ? SeveralGiven : CONTROLS[field.kind];
    return (
      <Control
        key={field.name}
        field={field}
        value={value}
        problemId={field.name === props.problem?.field ? props.problemId : undefined}
        onChange={(value) => choose(session, field.name, value)}
      />
    );
  };

  return (
    <>
      <div class="rk-pills">
        <ModelField session={session} endpoint={endpoint} />
        {prominent.map(draw)}
        {lesser.length ? (
          <button
            type="button"
            class="rk-pill rk-pill-more"
            aria-expanded={unfolded}
            aria-controls={`${id}more`}
            onClick={() => setMore(!unfolded)}
          >
            More{lesserSet ? <b>{lesserSet} set</b> : null}
            <Icon name="chevron" />
          </button>
        ) : null}
      </div>
      <div id={`${id}more`} class="rk-more" hidden={!unfolded}>
        {unfolded ? lesser.map(draw) : null}
      </div>
    </>
  );
}
