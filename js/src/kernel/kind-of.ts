import { KINDS, type Kind } from "./kinds";

/** What is known of a kind, or of what makes it; of one that is not known here, what is so of any file. */
export function kindOf(name: string | undefined): Kind {
  return KINDS[name as keyof typeof KINDS] ?? KINDS.other;
}
