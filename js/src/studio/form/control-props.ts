import type { Field, JSONValue } from "../../kernel/protocol";

/** What each kind of control is given. */
export interface ControlProps {
  field: Field;
  /** What the person chose, or undefined for the service's default. */
  value: JSONValue | undefined;
  /** Id of the element that says what is wrong with it, where something is. */
  problemId: string | undefined;
  onChange: (value: JSONValue | undefined) => void;
}
