/**
 * What a studio draws only when it is asked for. The second script holds what is named here, and all that nothing but
 * this needs; `late.css` is its style sheet.
 */
export { blink } from "../../compare/blink";
export { FilmView } from "../../compare/FilmView";
export { JudgeButton } from "../../judging/JudgeButton";
export { Steps } from "../chain/Steps";
export { PosterButtons } from "../culling/PosterButtons";
export { Family } from "../family/Family";
export { Correction } from "../form/Correction";
export { EarlierList } from "../form/EarlierList";
export { Camera } from "../images/Camera";
export { CropFrame } from "../images/CropFrame";
export { KeysList } from "../keys/KeysList";
export { EffectMark } from "../measures/EffectMark";
export { HeatCell } from "../measures/HeatCell";
export { HeatHead } from "../measures/HeatHead";
export { Marks } from "../measures/Marks";
export { Player } from "../player/Player";
export { Found } from "../selection/Found";
export { Selected } from "../selection/Selected";
export { Selection } from "../selection/Selection";
export { clearSelected, select } from "../selection/selecting";
export { SuggestPanel } from "../suggest/SuggestPanel";
export { Folding } from "../sweeps/Folding";
export { InStep } from "../sweeps/InStep";
export { UnderHead } from "../wall/UnderHead";
export { Beside } from "./Beside";
