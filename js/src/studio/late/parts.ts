/**
 * What a studio draws only when it is asked for. The second script holds what is named here, and all that nothing but
 * this needs; `late.css` is its style sheet.
 */
export { Comparison } from "../../compare/Comparison";
export { FilmView } from "../../compare/FilmView";
export { JudgeButton } from "../../judging/JudgeButton";
export { Steps } from "../chain/Steps";
export { PosterButtons } from "../culling/PosterButtons";
export { Undoable } from "../culling/Undoable";
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
export { Sorted } from "../measures/Sorted";
export { Player } from "../player/Player";
export { FromFile } from "../sharing/FromFile";
export { SuggestPanel } from "../suggest/SuggestPanel";
export { Folding } from "../sweeps/Folding";
export { InStep } from "../sweeps/InStep";
export { Selection } from "../wall/Selection";
export { Beside } from "./Beside";
