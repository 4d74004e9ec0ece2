"""Show where the money went: as sentences, and as bars in HTML that a light and a dark page can show."""

from collections.abc import Sequence
from html import escape

from reka_notebook.library.spending.limit import BudgetStatus
from reka_notebook.library.spending.report import Share, SpendReport, first
from reka_notebook.text import day, dollars, many, one_line

TITLES = {"day": "By day", "model": "By model", "notebook": "By notebook", "prompt": "By prompt"}

MOST_BARS = 8
MOST_DAYS = 31
_NAME = 60


def summary(report: SpendReport, budgets: Sequence[BudgetStatus] = ()) -> list[tuple[str, str]]:
    """Return the facts of a report, each with its name."""
    since = f"since {day(report.since)}" if report.since else "in all"
    billed = f"{dollars(report.billed)} {since}, from {many(report.bills, 'bill')}"
    rows = [("Billed", billed)]
    if report.not_billed:
        rows.append(
            (
                "Not billed",
                f"about {dollars(report.expected)} for {many(report.not_billed, 'request')}, as expected",
            )
        )
    if report.not_known:
        rows.append(("Not known", f"{many(report.not_known, 'request')} with no bill and no known price"))
    pinned = f", {dollars(report.pinned)} of it pinned or rated" if report.pinned else ""
    rows.append(("Kept", f"{dollars(report.kept)}{pinned}"))
    if report.lost:
        rows.append(("Not kept", f"{dollars(report.lost)} for jobs without a take, and removed takes"))
    if report.per_kept_second is not None:
        rows.append(("A kept second", dollars(report.per_kept_second)))
    if report.shown_again:
        again = f"{many(report.shown_again, 'take')} shown again"
        rows.append(("Saved", f"{dollars(report.saved)}: {again}, not charged again"))
    for status in budgets:
        rows.append(("Budget", f"{dollars(status.left)} left of {status.budget.words}"))
    return rows


def bars_html(report: SpendReport, by: str | None = None) -> str:
    """Return a picture of bars for each way to split the money; no script, and no colour but that of the page."""
    groups = [by] if by else list(TITLES)
    parts = [_group(group, report.by[group]) for group in groups]
    if not any(parts):
        return ""
    key = (
        '<div style="margin-top:8px;font-size:12px;opacity:.75">Full: still in the library. Pale: not.</div>'
    )
    return f'<div style="max-width:720px;margin:4px 0">{"".join(parts)}{key}</div>'


def shown_shares(group: str, shares: Sequence[Share]) -> list[Share]:
    """Return as many shares of a group as have room, the rest as one."""
    if group == "day":
        return list(shares[-MOST_DAYS:])
    return first(shares, MOST_BARS, lambda count: f"{count} others")


def _group(group: str, shares: Sequence[Share]) -> str:
    chosen = shown_shares(group, shares)
    most = max((share.dollars for share in chosen), default=0.0)
    if not most:
        return ""
    rows = "".join(_bar(share, most) for share in chosen)
    label = f"{TITLES[group]}: " + ", ".join(f"{share.name} {dollars(share.dollars)}" for share in chosen)
    return (
        f'<div style="font-weight:600;margin:10px 0 2px">{TITLES[group]}</div>'
        f'<div role="img" aria-label="{escape(one_line(label), quote=True)}">{rows}</div>'
    )


def _bar(share: Share, most: float) -> str:
    """Return a line with a name, a bar whose full part is what is still there, and the amount."""
    name = one_line(share.name)
    short = name if len(name) <= _NAME else f"{name[:_NAME].rstrip()}…"
    kept, lost = 100 * share.kept / most, 100 * (share.dollars - share.kept) / most
    block = "height:10px;background:currentColor;display:inline-block"
    return (
        '<div style="display:flex;align-items:center;gap:8px;padding:2px 0;font-size:12px">'
        f'<span style="flex:1 1 0;min-width:96px;overflow-wrap:anywhere" title="{escape(name, quote=True)}">'
        f"{escape(short)}</span>"
        '<span style="flex:2 1 0;white-space:nowrap;font-size:0;line-height:10px">'
        f'<span style="{block};width:{kept:.2f}%;opacity:.65"></span>'
        f'<span style="{block};width:{lost:.2f}%;opacity:.25"></span></span>'
        '<span style="flex:0 0 4.5em;text-align:right;font-variant-numeric:tabular-nums">'
        f"{dollars(share.dollars)}</span></div>"
    )
