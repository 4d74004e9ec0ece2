import type { ComponentChildren } from "preact";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { SelectPill } from "../form/SelectPill";
import { added } from "../late/late";
import type { Session } from "../model/session";
import { type Filters, narrows } from "./filters";
import { refine } from "./finding";
import { inScope } from "./found";
import { Search } from "./Search";

const Found = added((parts) => parts.Found);

/** With so few takes there is nothing to look for. */
const FEW = 3;

const RATINGS = [
  { value: "", label: "Any rating" },
  { value: "picked", label: "Picked" },
  { value: "3", label: "★★★" },
  { value: "2", label: "★★ or more" },
  { value: "1", label: "★ or more" },
  { value: "unjudged", label: "Not judged" },
  { value: "rejected", label: "Rejected" },
  { value: "pinned", label: "Pinned" },
  { value: "flagged", label: "Probably wrong" },
  { value: "unflagged", label: "Hide what is probably wrong" },
];
const DAYS = [
  { value: "", label: "Any time" },
  { value: "1", label: "Today" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
];

/** What is chosen of `RATINGS`: three filters, of which one holds at a time. */
const ratingOf = ({ verdict, pinned, rating }: Filters) =>
  verdict ?? (pinned ? "pinned" : rating ? String(rating) : "");

function filtersOf(value: string): Pick<Filters, "verdict" | "pinned" | "rating"> {
  const verdict = /ed$/.test(value) && value !== "pinned" ? (value as Filters["verdict"]) : null;
  return { verdict, pinned: value === "pinned", rating: Number(value) || 0 };
}

function kindsOf(kinds: readonly Take["kind"][]): typeof RATINGS {
  const named = kinds.map((kind) => {
    const { plural } = kindOf(kind);
    return { value: kind, label: `${plural[0]?.toUpperCase()}${plural.slice(1)}` };
  });
  return [{ value: "", label: "Any kind" }, ...named];
}

const viewOf = (value: string, words: string, takes: number) => ({
  value,
  label: `${words}, ${takes}`,
  shown: words.toLowerCase(),
});

/** What the wall shows, how many of them are judged, and what to leave out. */
export function Head({ session, children }: { session: Session; children: ComponentChildren }) {
  const { counts, wall, sorts = [] } = useStore(session.state);
  const { filters, total } = wall;
  const { here, team } = counts;
  const models = [
    { value: "", label: "Any model" },
    ...counts.models.map(({ id, title }) => ({ value: id, label: title })),
  ];
  const { all, judged } = inScope(filters, counts);
  const view = filters.here ? "here" : filters.mine ? "mine" : "all";
  const views = [
    ...(team ? [viewOf("mine", "Mine", team.mine)] : []),
    ...(here === null ? [] : [viewOf("here", "This notebook", here)]),
    viewOf("all", team ? "Team" : "Whole library", counts.all),
  ];
  const collections = team?.collections.map(({ name, takes }) => ({
    value: name,
    label: `${name}, ${takes}`,
  }));
  const filter = (
    name: string,
    value: string,
    options: typeof RATINGS,
    filtersFor: (value: string) => Partial<Filters>,
    shown?: string | null,
  ) => (
    <SelectPill
      {...{ name, value, options }}
      shown={shown || (options.find((option) => option.value === value)?.label ?? value)}
      strong={value !== ""}
      filter="framed"
      onChange={(chosen) => refine(session, filtersFor(chosen))}
    />
  );
  return (
    <div class="rk-takes-head">
      <h3 class="rk-heading">Takes</h3>
      {filters.step ? (
        <button
          type="button"
          class="rk-pill rk-pill-on rk-step-chip"
          onClick={() => refine(session, { step: null })}
        >
          <span>
            <span class="rk-dim">Step:</span> {filters.step.title}
          </span>
          <Icon name="close" />
          <span class="rk-unseen">Show all takes</span>
        </button>
      ) : views.length < 2 ? null : (
        <SelectPill
          name="Show"
          filter="plain"
          shown={views.find(({ value }) => value === view)?.shown ?? ""}
          strong={false}
          value={view}
          options={views}
          onChange={(value) => refine(session, { here: value === "here", mine: value === "mine" })}
        />
      )}
      <span class="rk-small rk-dim">
        {filters.step
          ? `${total || "no"} ${total === 1 ? "take" : "takes"}`
          : all === 0
            ? ""
            : narrows(filters) && wall.problem === null
              ? `${total} of ${all}`
              : `${judged} of ${all} judged`}
      </span>
      {children}
      {counts.all > FEW || counts.culled.rejected || narrows(filters) ? (
        <div class="rk-filters">
          <span class="rk-found">
            <Found session={session} />
          </span>
          {filter("Rated", ratingOf(filters), RATINGS, filtersOf)}
          {models.length > 2 || filters.model
            ? filter("Filter by model", filters.model ?? "", models, (value) => ({ model: value || null }))
            : null}
          {counts.kinds.length > 1 || filters.kind
            ? filter("Filter by kind", filters.kind ?? "", kindsOf(counts.kinds), (value) => ({
                kind: (value as Take["kind"]) || null,
              }))
            : null}
          {collections?.length || filters.collection
            ? filter(
                "Filter by collection",
                filters.collection ?? "",
                [{ value: "", label: "Any collection" }, ...(collections ?? [])],
                (value) => ({ collection: value || null }),
                filters.collection && `Collection: ${filters.collection}`,
              )
            : null}
          {filter("Filter by date", String(filters.days ?? ""), DAYS, (value) => ({
            days: Number(value) || null,
          }))}
          {filter("Sort by", filters.by ?? "", [{ value: "", label: "Newest" }, ...sorts], (by) => ({
            by: by || null,
          }))}
          <Search words={filters.words} onSearch={(words) => refine(session, { words })} />
        </div>
      ) : null}
    </div>
  );
}
