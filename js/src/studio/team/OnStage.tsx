import { useState } from "preact/hooks";
import type { OfTeam, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { refine } from "../wall/finding";
import { HIGHEST } from "../wall/opinions";
import { AddToCollection } from "./AddToCollection";

/** One line under a take of a team's library: what others have written, the collections that it is in, and the way into them. */
export function TeamLine({ session, take }: { session: Session; take: Take }) {
  const { counts } = useStore(session.state);
  const { team } = take;
  if (!team || !counts.team) return null;
  return (
    <div class="rk-team rk-small">
      <OthersNotes of={team} />
      {team.collections.length ? (
        <span class="rk-team-in">
          <span class="rk-dim">In </span>
          {team.collections.map((name, at) => (
            <>
              {at ? ", " : ""}
              <button
                type="button"
                class="rk-quiet"
                title={`Show the takes of ${name}`}
                onClick={() => refine(session, { collection: name, here: false, mine: false, step: null })}
              >
                {name}
              </button>
            </>
          ))}
        </span>
      ) : null}
      <AddToCollection session={session} takes={[take]} />
    </div>
  );
}

/** What others have written about a take, each by their name: in one line, until it is unfolded. */
function OthersNotes({ of }: { of: OfTeam }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const noted = of.others.filter(({ note }) => note);
  const [first] = noted;
  if (!first) return null;
  return (
    <>
      <button
        type="button"
        class="rk-quiet rk-team-notes"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        title={open ? "Fold the notes of others" : "Read the notes of others"}
        onClick={() => setOpen(!open)}
      >
        <span class="rk-cut-line">
          <b>{first.person}</b> {first.note}
        </span>
        {noted.length > 1 ? <span class="rk-dim">+{noted.length - 1}</span> : null}
      </button>
      {open ? (
        <ul id={id} class="rk-others" aria-label="Notes of others">
          {noted.map(({ person, rating, verdict, note }) => (
            <li key={person}>
              <b>{person}</b>{" "}
              {rating ? (
                <>
                  <span aria-hidden="true">{"★".repeat(rating)} </span>
                  <span class="rk-unseen">
                    rated it {rating} of {HIGHEST}{" "}
                  </span>
                </>
              ) : null}
              {verdict ? <span class="rk-dim">{verdict} </span> : null}
              <div>{note}</div>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** The average over the team, one's own rating with it, where others have rated: "Team 2.5 · 4 ratings". */
export function TeamRating({ take }: { take: Take }) {
  const rated = take.team?.others.filter(({ rating }) => rating) ?? [];
  if (!rated.length) return null;
  const all = [
    ...rated.map(({ person, rating }) => ({ who: person, rating })),
    ...(take.rating ? [{ who: "you", rating: take.rating }] : []),
  ];
  const average = all.reduce((sum, { rating }) => sum + rating, 0) / all.length;
  const who = all.map(({ who, rating }) => `${who} ${rating} of ${HIGHEST}`).join(", ");
  return (
    <span class="rk-team-rating" title={who}>
      {" · "}Team {Number(average.toFixed(1))} · {all.length === 1 ? "1 rating" : `${all.length} ratings`}
      <span class="rk-unseen">: {who}</span>
    </span>
  );
}
