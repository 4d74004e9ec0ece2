import { createContext } from "preact";
import { useContext, useId as useIdInView } from "preact/hooks";

/** A name for one view. Preact counts its ids from zero in each, and labels would name another view's fields. */
export const ViewName = createContext("rk");

/** An id that no other view on the page has, be it of the same studio or of another. */
export function useId(): string {
  return `${useContext(ViewName)}-${useIdInView()}`;
}

/** `crypto.randomUUID` is missing on plain http. */
export function randomName(): string {
  return `rk${Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join("")}`;
}
