import { openJudging } from "./judging/cell";
import { JudgeCell } from "./judging/JudgeCell";
import { widget } from "./view/widget";

/** Judging in a cell, as an anywidget module. */
export default widget(openJudging, JudgeCell);
