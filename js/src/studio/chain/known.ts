import type { Fields } from "../../kernel/connection";
import type { ChainStep } from "../../kernel/protocol";

/** What the chain is of: the open take, or the form's images. */
export type Asked = Pick<Fields<"chain">, "take" | "images">;

/** The steps of a chain, and what it is of. */
export interface Known {
  asked: Asked | null;
  steps: readonly ChainStep[];
  more: number;
}
