import { useStore } from "../../store";
import { SelectPill } from "../form/SelectPill";
import type { Session } from "../model/session";
import { narrows } from "./filters";
import { refine } from "./finding";
import { Search } from "./Search";

/** With so few takes there is nothing to look for. */
const FEW = 3;

const RATINGS = [
  { value: "", label: "Any rating" },
  { value: "pin", label: "Pinned" },
  { value: "1", label: "★ or more" },
  { value: "2", label: "★★ or more" },
  { value: "3", label: "★★★" },
];
const DAYS = [
  { value: "", label: "Any time" },
  { value: "1", label: "Today" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
];

/** What the wall shows, how many takes that are, and what to leave out. */
export function Head({ session }: { session: Session }) {
  const { counts, wall } = useStore(session.state);
  const { filters, total } = wall;
  const { here } = counts;
  const models = [
    { value: "", label: "Any model" },
    ...counts.models.map(({ id, title }) => ({ value: id, label: title })),
  ];
  const rating = filters.pinned ? "pin" : filters.rating ? String(filters.rating) : "";
  const days = filters.days ? String(filters.days) : "";
  const scope = (filters.here ? here : counts.all) ?? 0;
  const label = (options: typeof RATINGS, value: string) =>
    options.find((option) => option.value === value)?.label ?? value;
  return (
    <div class="rk-takes-head">
      <h3 class="rk-heading">Takes</h3>
      {here === null ? null : (
        <SelectPill
          name="Show"
          filter="plain"
          shown={filters.here ? "this notebook" : "whole library"}
          strong={false}
          value={filters.here ? "here" : "all"}
          options={[
            { value: "here", label: `This notebook, ${here}` },
            { value: "all", label: `Whole library, ${counts.all}` },
          ]}
          onChange={(value) => refine(session, { here: value === "here" })}
        />
      )}
      <span class="rk-small rk-dim">
        {wall.problem !== null ? scope : narrows(filters) ? `${total} of ${scope}` : total}
      </span>
      {counts.all > FEW ? (
        <div class="rk-filters">
          <SelectPill
            name="Rated"
            shown={label(RATINGS, rating)}
            strong={rating !== ""}
            value={rating}
            filter="framed"
            options={RATINGS}
            onChange={(value) =>
              refine(session, { pinned: value === "pin", rating: value === "pin" ? 0 : Number(value) })
            }
          />
          {models.length > 2 || filters.model ? (
            <SelectPill
              name="Filter by model"
              shown={label(models, filters.model ?? "")}
              strong={filters.model !== null}
              value={filters.model ?? ""}
              filter="framed"
              options={models}
              onChange={(value) => refine(session, { model: value || null })}
            />
          ) : null}
          <SelectPill
            name="Filter by date"
            shown={label(DAYS, days)}
            strong={days !== ""}
            value={days}
            filter="framed"
            options={DAYS}
            onChange={(value) => refine(session, { days: Number(value) || null })}
          />
          <Search words={filters.words} onSearch={(words) => refine(session, { words })} />
        </div>
      ) : null}
    </div>
  );
}
