"""Show where the money went: as sentences, and as bars in HTML that a light and a dark page can show."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from reka_notebook.library.spending.limit import BudgetStatus
from reka_notebook.library.spending.report import Share, SpendReport, first
from reka_notebook.output.html import FINE
from reka_notebook.text import MONTHS, beginning, day, dollars, many, one_line

TITLES = {"day": "By day", "model": "By model", "notebook": "By notebook", "prompt": "By prompt"}

SANDBOX = "the local sandbox (not a real model): no real money"

MOST_BARS = 8
MOST_DAYS = 31
FEW_DAYS = 10
"""So many days are read more easily as lines."""

_NAME = 60
_BLOCK = "display:block;background:currentColor"
_OWN_LINE = "calc((480px - 100%) * 999)"
"""The width of a name: all of a line where the line is narrow, and otherwise a share of it."""

_FULL, _PALE = "opacity:.65", "opacity:.25"


def summary(
    report: SpendReport, budgets: Sequence[BudgetStatus] = (), *, sandbox: bool = False
) -> list[tuple[str, str]]:
    """Return the facts of a report, each with its name.

    Args:
        report: Where the money went.
        budgets: What limits it.
        sandbox: Whether the service is on this machine, where no money is real.
    """
    since = f"since {day(report.since)}" if report.since else "in all"
    billed = f"{dollars(report.billed)} {since}, from {many(report.bills, 'bill')}"
    rows = [("Service", SANDBOX)] if sandbox else []
    rows.append(("Billed", billed))
    if report.not_billed:
        rows.append(
            (
                "Not billed",
                f"about {dollars(report.expected)} for {many(report.not_billed, 'request')}, as expected",
            )
        )
    if report.not_known:
        rows.append(("Not known", f"{many(report.not_known, 'request')} with no bill and no known price"))
    pinned = f", {dollars(report.pinned)} of it pinned, picked or rated" if report.pinned else ""
    rows.append(("Kept", f"{dollars(report.kept)}{pinned}"))
    if report.lost:
        rows.append(("Not kept", f"{dollars(report.lost)} for jobs without a take, and removed takes"))
    if report.per_kept_second is not None:
        rows.append(("A kept second", dollars(report.per_kept_second)))
    if report.shown_again:
        again = f"{many(report.shown_again, 'take')} shown again"
        saved = f"{dollars(report.saved)}: " if report.saved else ""
        rows.append(("Saved", f"{saved}{again}, not charged again"))
    return [*rows, *budget_rows(budgets)]


def budget_rows(budgets: Sequence[BudgetStatus]) -> list[tuple[str, str]]:
    """Return what is left of each budget, with its name."""
    return [("Budget", f"{dollars(status.left)} left of {status.budget.words}") for status in budgets]


def bars_html(report: SpendReport, by: str | None = None) -> str:
    """Return a picture of bars for each way to split the money; no script, and no colour but that of the page."""
    groups = [by] if by else list(TITLES)
    parts = [_group(group, report.by[group]) for group in groups]
    if not any(parts):
        return ""
    key = (
        f'<div style="margin-top:8px;font-size:12px">{_swatch(_FULL)} in the library '
        f"&nbsp; {_swatch(_PALE)} not kept, or removed</div>"
    )
    return f'<div style="max-width:720px;margin:4px 0">{"".join(parts)}{key}</div>'


def _swatch(strength: str) -> str:
    return f'<span style="{_BLOCK};{strength};display:inline-block;width:10px;height:10px"></span>'


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
    picture = _columns if group == "day" and len(chosen) > FEW_DAYS else _bars
    label = f"{TITLES[group]}: " + ", ".join(f"{share.name} {dollars(share.dollars)}" for share in chosen)
    return (
        f'<div style="font-weight:600;margin:10px 0 2px">{TITLES[group]}</div>'
        f'<div role="img" aria-label="{escape(one_line(label), quote=True)}">{picture(chosen, most)}</div>'
    )


def _bars(shares: Sequence[Share], most: float) -> str:
    return "".join(_bar(share, most) for share in shares)


def _columns(shares: Sequence[Share], most: float) -> str:
    """Return a column for each day from the first to the last, those without a charge too."""
    by_date = {_date(share.name): share for share in shares}
    last = max(by_date)
    start = max(min(by_date), last - timedelta(days=MOST_DAYS - 1))
    dates = [start + timedelta(days=count) for count in range((last - start).days + 1)]
    shown = [by_date.get(date) for date in dates]
    dearest = max((share for share in shown if share is not None), key=lambda share: share.dollars)
    columns = "".join(_column(share, dearest.dollars or most) for share in shown)
    return (
        f'<div style="max-width:{30 * len(dates)}px">'
        f'<div style="display:flex;align-items:stretch;gap:2px;height:72px">{columns}</div>'
        '<div style="height:1px;background:currentColor;opacity:.25"></div>'
        f'<div style="display:flex;justify-content:space-between;gap:8px;{FINE}"><span>{_day(start)}</span>'
        f"<span>most: {dollars(dearest.dollars)} on {_day(_date(dearest.name))}</span>"
        f"<span>{_day(last)}</span></div></div>"
    )


def _column(share: Share | None, most: float) -> str:
    if share is None:
        return '<span style="flex:1 1 0"></span>'
    kept, lost = 100 * share.kept / most, 100 * (share.dollars - share.kept) / most
    title = f"{share.name}: {dollars(share.dollars)}"
    return (
        f'<span title="{escape(title, quote=True)}" style="flex:1 1 0;display:flex;'
        'flex-direction:column;justify-content:flex-end">'
        f'<span style="{_BLOCK};height:{lost:.2f}%;{_PALE}"></span>'
        f'<span style="{_BLOCK};height:{kept:.2f}%;{_FULL}"></span></span>'
    )


def _date(name: str) -> date:
    """Return the date of a day as a report names it: ``3 Nov 2026``."""
    number, month, year = name.split()
    return date(int(year), MONTHS.index(month) + 1, int(number))


def _day(when: date) -> str:
    return f"{when.day} {MONTHS[when.month - 1]}"


def _bar(share: Share, most: float) -> str:
    """Return a line with a name, a bar whose full part is what is still there, and the amount."""
    name = one_line(share.name)
    kept, lost = 100 * share.kept / most, 100 * (share.dollars - share.kept) / most
    return (
        '<div style="display:flex;flex-wrap:wrap;align-items:center;gap:1px 8px;padding:2px 0;font-size:12px">'
        f'<span style="flex:1 1 {_OWN_LINE};max-width:100%;overflow-wrap:anywhere" title="{escape(name, quote=True)}">'
        f"{escape(beginning(name, _NAME))}</span>"
        '<span style="flex:2 1 0;min-width:120px;display:flex;height:10px">'
        f'<span style="{_BLOCK};width:{kept:.2f}%;{_FULL}"></span>'
        f'<span style="{_BLOCK};width:{lost:.2f}%;{_PALE}"></span></span>'
        '<span style="flex:0 0 4.5em;text-align:right;font-variant-numeric:tabular-nums">'
        f"{dollars(share.dollars)}</span></div>"
    )
