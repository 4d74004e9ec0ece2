/**
 * What a studio draws only when it is asked for. The second script holds what is named here, and all that nothing but
 * this needs; `late.css` is its style sheet.
 */
export { Comparison } from "../../compare/Comparison";
export { Steps } from "../chain/Steps";
export { Family } from "../family/Family";
export { Correction } from "../form/Correction";
export { Camera } from "../images/Camera";
export { KeysList } from "../keys/KeysList";
export { Player } from "../player/Player";
export { SuggestPanel } from "../suggest/SuggestPanel";
