import { ratioOf } from "../../compare/cell";
import type { Deck } from "../../compare/deck";
import type { Sweep, Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { Position } from "./Position";

/** Videos at once; a browser does not play any number. Those behind them stay as they are. */
const MOST_PLAYING = 24;

/** The positions of a sweep in their order: a row that wraps for one axis, a table for more. With a deck, they play. */
export function SweepGrid(props: {
  session: Session;
  sweep: Sweep;
  takes: readonly Take[];
  deck: Deck | null;
}) {
  const { session, sweep, deck } = props;
  const playing = new Set(deck ? props.takes.slice(0, MOST_PLAYING).map((take) => take.id) : []);
  const style = { "--rk-ratio": deck ? ratioOf(props.takes) : 16 / 9 };
  const { columns, rows } = sweep;
  const draw = (at: number, heading: string) => {
    const position = sweep.positions[at];
    return position ? (
      <Position {...{ session, position, heading }} deck={playing.has(position.job ?? "") ? deck : null} />
    ) : null;
  };
  if (rows.length === 1)
    return (
      <ol class="rk-positions" style={style}>
        {columns.map((heading, at) => (
          <li key={heading}>
            <div class="rk-position-heading" title={heading}>
              {heading}
            </div>
            {draw(at, heading)}
          </li>
        ))}
      </ol>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="rk-grid-scroll" tabIndex={0}>
      <table class="rk-grid" style={{ ...style, "--rk-columns": columns.length }}>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((heading, row) => (
            <tr key={heading}>
              <th scope="row">{heading}</th>
              {columns.map((column, at) => (
                <td key={column}>{draw(row * columns.length + at, `${heading}, ${column}`)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
