import { isModified } from "../hooks/keys";
import { typedBy } from "../studio/keys/typed";
import type { Choice, Judging } from "./judging";

const CHOICES: Record<string, Choice> = { "1": "left", "2": "right", "0": "tie", s: "skip" };

/** Does what a key says while somebody judges; true where it was one of these keys. */
export function judgeKey(judging: Judging, event: KeyboardEvent, onEscape: () => void): boolean {
  if (isModified(event) || event.isComposing) return false;
  const { result, standing } = judging.state.get();
  const typed = typedBy(event);
  const choice = CHOICES[typed];
  if (event.key === "Escape") {
    // Held down, it would close what it has just stopped.
    if (!event.repeat) result || !standing ? onEscape() : void judging.stop();
  } else if (result) return false;
  // A key that is held down is one press: the next pair is still to be looked at.
  else if (choice) event.repeat || judging.judge(choice);
  else if (event.key === "Backspace") event.repeat || judging.takeBack();
  else if (typed === "m") judging.hear();
  else return false;
  event.preventDefault();
  return true;
}
