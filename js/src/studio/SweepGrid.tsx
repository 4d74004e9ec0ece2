import { layout } from "../axes";
import { fieldsOf } from "../fields";
import type { Sweep } from "../protocol";
import { useStore } from "../store";
import { Place } from "./Place";
import type { Session } from "./session";

/** The places of a sweep in their order: a row that wraps for one axis, a table for more. */
export function SweepGrid({ session, sweep }: { session: Session; sweep: Sweep }) {
  const { endpoints } = useStore(session.state);
  const endpoint = endpoints.find((one) => one.id === sweep.endpoint);
  const { columns, rows } = layout(sweep.axes, endpoint ? fieldsOf(endpoint) : []);
  const draw = (at: number, heading: string) => {
    const place = sweep.places[at];
    return place ? <Place session={session} place={place} heading={heading} /> : null;
  };
  if (rows.length === 1)
    return (
      <ol class="rk-places">
        {columns.map((heading, at) => (
          <li key={heading}>
            <div class="rk-place-heading" title={heading}>
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
      <table class="rk-grid" style={{ "--rk-columns": columns.length }}>
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
          {rows.map(({ heading, first }) => (
            <tr key={heading}>
              <th scope="row">{heading}</th>
              {columns.map((column, at) => (
                <td key={column}>{draw(first + at, `${heading}, ${column}`)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
