import type { ComponentChildren } from "preact";
import type { Take } from "../protocol";
import type { Session } from "../studio/session";
import { ratioOf } from "./cell";
import { FilmView } from "./FilmView";
import { Timeline } from "./Timeline";
import { deckKey, useDeck } from "./useDeck";

export interface MatrixProps {
  session: Session;
  /** What it is, for those who do not see it. */
  label: string;
  columns: readonly string[];
  rows: readonly string[];
  /** What stands in a row and a column; a take is played in step with all others, anything else is just shown. */
  cell: (row: number, column: number) => Take | { shown: ComponentChildren };
}

/** Takes in rows and columns with their headings, all played in step: a sweep over one or two things. */
export function Matrix({ session, label, columns, rows, cell }: MatrixProps) {
  const deck = useDeck();
  const cells = rows.map((_, row) => columns.map((_, column) => cell(row, column)));
  const takes = cells.flat().filter((one): one is Take => "id" in one);
  return (
    <section
      class="rk-matrix"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => deckKey(deck, event)}
      style={{ "--rk-ratio": String(takes.length ? ratioOf(takes) : 16 / 9) }}
    >
      <div class="rk-matrix-scroll">
        <table>
          <thead>
            <tr>
              <td />
              {columns.map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((line, row) => (
              <tr key={rows[row]}>
                <th scope="row">{rows[row]}</th>
                {line.map((one, column) => (
                  <td key={columns[column]}>
                    {"id" in one ? (
                      <FilmView key={one.id} session={session} take={one} deck={deck} heard={false} />
                    ) : (
                      <div class="rk-film rk-screen-words rk-small">{one.shown}</div>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {takes.some((take) => take.kind === "video") ? <Timeline deck={deck} /> : null}
    </section>
  );
}
