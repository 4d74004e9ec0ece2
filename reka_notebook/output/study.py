"""Show a study's findings as a picture that stays in the notebook, without a kernel, trusted or not.

Strength is drawn as how often something would be preferred: everybody understands 75 of 100, and the axis has ends.
Bars are images, because shapes drawn with styles are lost in an untrusted notebook; words stay text, in the
notebook's own colours.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import quote

from reka_notebook.errors import RekaError
from reka_notebook.jobs import Take
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.html import AS_IT_IS, FINE
from reka_notebook.output.player import data_uri, still
from reka_notebook.study.pairing import Progress
from reka_notebook.study.records import LIKELY, OTHERS, UNCERTAIN, Effect, Ranked, chance_of, next_decided
from reka_notebook.study.study import Findings, Study
from reka_notebook.text import beginning, many, one_line

SHOWN = 16
"""Takes of the ranking that are shown; the picture of each is stored in the notebook."""

_SIDE = 112
_LABEL = 90
_BAR_HEIGHT = 18

_WIDEST = 460
# As many columns as there is room for; JupyterLab leaves a grid in place where a notebook is not trusted.
_COLUMNS = (
    "display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));column-gap:20px;margin:0 0 14px"
)
_ROW = f"min-width:0;max-width:{_WIDEST}px;border-top:1px solid #8883;padding:7px 0 5px"
_CELL = "border:0;padding:0 10px 0 0;text-align:left;vertical-align:top;background:transparent"
_TABLE = "border:0;border-collapse:collapse;margin:0;width:100%;font-size:13px"
_CERTAIN, _OPEN = "#2f6fde", "#888888"

_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}">'
    '<line x1="0" x2="100%" y1="{middle}" y2="{middle}" stroke="#888" stroke-opacity=".35"/>'
    '<line x1="50%" x2="50%" y1="1" y2="{bottom}" stroke="#888"/>'
    '<rect x="{low:.1f}%" width="{width:.1f}%" y="{top}" height="6" rx="3" fill="{colour}" fill-opacity=".45"/>'
    # Whole at both ends, however wide the picture is.
    '<circle style="cx:clamp(5px,{at:.1f}%,calc(100% - 5px))" cy="{middle}" r="5" fill="{colour}"/></svg>'
)

_HOW_TO_READ = (
    "Dot: how often it would be preferred, from never (left) to always (right). "
    "Bar: the 90% interval. Line in the middle: half the time, which is no difference. "
    "Blue: a difference is likely. Gray: none is certain yet."
)

_FIRST = 4
"""Comparisons of a factor that are shown: the best of five alternatives against each other one."""


def study_bundle(study: Study) -> dict[str, Any]:
    """Return the MIME bundle of a study."""
    progress = study.progress
    findings, missing = None, ""
    if progress.judged:
        try:
            findings = study.findings
        except RekaError as error:  # numpy is not installed
            missing = str(error)
    head = _head(study, progress, findings)
    bundle = {
        "text/plain": "\n".join([repr(study), head, *filter(None, [missing]), *_lines(study, findings)])
    }
    if has_front_end():
        body = _found(study, findings) if findings is not None else _begun(study, missing)
        bundle["text/html"] = (
            f'<div class="{AS_IT_IS}" style="margin:4px 0;max-width:960px">'
            f'<div style="margin-bottom:10px">{escape(head)}</div>{body}</div>'
        )
    return bundle


def _head(study: Study, progress: Progress, findings: Findings | None) -> str:
    takes = many(len(study.takes), "take")
    if not progress.judged:
        return f"{takes}, nothing judged yet. study.judge() shows two at a time and asks which is better."
    by = f" by {study.model}" if study.model else ""
    begun = f"{takes}, {many(progress.judged, 'judgement')}{by}"
    if progress.more:
        return f"{begun}. About {progress.more} more would be enough for a ranking."
    rest = "" if findings is None else f" {next_decided(findings.effects)}"
    return f"{begun}: enough for a ranking.{rest}".rstrip()


def _found(study: Study, findings: Findings) -> str:
    parts = []
    if findings.effects or findings.notes:
        rows, hidden = "", 0
        for _, factor in groupby(findings.effects, lambda effect: effect.factor):
            effects = list(factor)
            shown = effects if len(effects) <= _FIRST else _best(effects)
            hidden += len(effects) - len(shown)
            rows += "".join(map(_effect_html, shown))
        more = [f"and {many(hidden, 'more comparison')}: study.effects()"] if hidden else []
        parts.append(_part("What made the difference", rows, [*more, *findings.notes]))
    hidden = len(findings.ranking) - SHOWN
    more = [f"and {hidden} more: study.ranking()"] if hidden > 0 else []
    parts.append(_part("Which takes won", "".join(_ranking_html(study, findings)), more))
    return f'{"".join(parts)}<div style="{FINE}">{_HOW_TO_READ}</div>'


def _best(effects: Sequence[Effect]) -> list[Effect]:
    """Return the comparisons of the best alternative, if alternatives are compared pair by pair."""
    if effects[0].against == OTHERS:
        return list(effects)
    return [effect for effect in effects if effect.alternative == effects[0].alternative]


def _part(title: str, rows: str, below: Sequence[str]) -> str:
    """Return rows in as many columns as there is room for, and sentences below them."""
    columns = f'<div style="{_COLUMNS}">{rows}</div>' if rows else ""
    words = "".join(f'<div style="{FINE};margin:-8px 0 14px">{escape(one)}</div>' for one in below)
    return f'<div style="font-weight:600;margin-bottom:6px">{title}</div>{columns}{words}'


def _effect_html(effect: Effect) -> str:
    than = "against" if effect.against == OTHERS else "over"
    names = f"<b>{escape(_short(effect.alternative))}</b> {than} {escape(_short(effect.against))}"
    score = f"{effect.wins} to {effect.losses}" + (f", {many(effect.ties, 'tie')}" if effect.ties else "")
    if not effect.wins + effect.losses + effect.ties:
        score = "never judged against each other"
    verdict = f"<b>{effect.verdict}</b>" if effect.verdict == LIKELY else effect.verdict
    if effect.verdict == UNCERTAIN:
        verdict += (
            f", about {effect.more_needed} more to decide" if effect.more_needed else ", more takes needed"
        )
    return (
        f'<div style="{_ROW}" title="{escape(effect.sentence, quote=True)}">'
        f'<div style="font-size:13px">{names} ·\u00a0{_percent(effect.strength)}</div>'
        f'{_bar(effect)}<div style="{FINE}">{score} · {verdict}</div></div>'
    )


def _ranking_html(study: Study, findings: Findings) -> Iterator[str]:
    takes = {take.id: take for take in study.takes}
    for one in findings.ranking[:SHOWN]:
        label = findings.labels[one.take] or one.prompt or "No prompt"
        picture = _poster(takes[one.take])
        chance = f" · {one.best:.0%} chance to be the best" if one.best >= 0.05 else ""
        tied = f", tied {one.ties}" if one.ties else ""
        yield (
            f'<div style="{_ROW}"><table style="{_TABLE}"><tr style="background:transparent">'
            f'<td style="{_CELL};width:18px;opacity:.75">{one.place}</td>'
            f'<td style="{_CELL};width:84px">{picture}</td>'
            f'<td style="{_CELL};padding-right:0"><div title="{escape(one.prompt, quote=True)}">'
            f"{escape(beginning(one_line(label), _LABEL))}</div>{_bar(one)}"
            f'<div style="{FINE}">won {one.wins}, lost {one.losses}{tied}{chance}</div></td></tr></table></div>'
        )


def _poster(take: Take) -> str:
    drawn = still(take, _SIDE)
    if drawn is None:
        return f'<span style="{FINE}">no picture</span>'
    label = escape(beginning(take.prompt, _LABEL) or take.id, quote=True)
    return (
        f'<img style="display:block;margin:0;max-width:84px;max-height:84px;border-radius:4px" alt="{label}" '
        f'src="{data_uri(drawn, "image/jpeg")}">'
    )


def _bar(found: Effect | Ranked) -> str:
    """Return the bar as an image that is as wide as there is room."""
    low, at, high = (100 * chance_of(value) for value in (found.low, found.strength, found.high))
    drawn = _BAR.format(
        height=_BAR_HEIGHT,
        middle=_BAR_HEIGHT // 2,
        bottom=_BAR_HEIGHT - 1,
        top=_BAR_HEIGHT // 2 - 3,
        low=low,
        width=high - low,
        at=at,
        colour=_CERTAIN if found.verdict == LIKELY else _OPEN,
    )
    words = f"{at:.0f}%, 90% interval {low:.0f}% to {high:.0f}%"
    return (
        f'<img style="display:block;margin:2px 0;width:100%;height:{_BAR_HEIGHT}px" '
        f'alt="{words}" src="data:image/svg+xml,{quote(drawn)}">'
    )


def _percent(strength: float) -> str:
    return f"{chance_of(strength):.0%}"


def _short(text: str) -> str:
    return beginning(one_line(text), _LABEL)


def _begun(study: Study, missing: str) -> str:
    """Return the takes' posters, if nothing is judged yet or numpy is missing."""
    posters = "".join(
        f'<div style="display:inline-block;vertical-align:top;margin:0 6px 6px 0">{_poster(take)}</div>'
        for take in study.takes[:SHOWN]
    )
    more = len(study.takes) - SHOWN
    rest = f'<div style="{FINE}">and {more} more</div>' if more > 0 else ""
    return (f"<div>{escape(missing)}</div>" if missing else "") + f"<div>{posters}</div>{rest}"


def _lines(study: Study, findings: Findings | None) -> Sequence[str]:
    """Return the findings as text, for front ends without HTML."""
    if findings is None:
        return []
    lines = [*(effect.sentence for effect in findings.effects), *findings.notes, ""]
    for one in findings.ranking[:SHOWN]:
        label = beginning(one_line(findings.labels[one.take] or one.prompt), _LABEL)
        lines.append(
            f"{one.place}. {label} ({one.take}): won {one.wins}, lost {one.losses}, {_percent(one.strength)}"
        )
    return lines
