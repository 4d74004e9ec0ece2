"""Draw a page for a person who looks in: what this is, what was charged, and what was made last."""

from __future__ import annotations

from datetime import datetime
from html import escape

from reka_notebook.sandbox.faults import Faults
from reka_notebook.sandbox.inference import Inference
from reka_notebook.sandbox.service import Service

SHOWN = 12
"""How many of the latest requests are shown."""

_STYLE = """
:root{color-scheme:light dark;--page:#f5f5f5;--bg:#fff;--text:#1f2328;--dim:#656d76;--line:#d8dee4}
@media (prefers-color-scheme:dark){:root{--page:#111315;--bg:#1b1d20;--text:#e6e8ea;--dim:#9aa3ad;--line:#33383e}}
body{margin:0;padding:32px 16px;background:var(--page);color:var(--text);font:14px/1.5 system-ui,sans-serif}
main{max-width:920px;margin:auto}
h1{font-size:20px;font-weight:600;margin:0 0 4px}h2{font-size:14px;font-weight:600;margin:32px 0 10px}
p{margin:0 0 8px;max-width:68ch}.dim{color:var(--dim)}
.wall{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:14px}
article{background:var(--bg);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.words{padding:10px 12px}.words p{margin:0;overflow-wrap:anywhere}
video,img,.wait{display:block;width:100%;aspect-ratio:16/9;object-fit:contain;background:var(--page)}
.wait{display:grid;place-items:center;color:var(--dim)}audio{width:88%}
.scroll{overflow-x:auto;background:var(--bg);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:6px 12px;border-top:1px solid var(--line);white-space:nowrap}
thead th{border-top:0;font-weight:500;color:var(--dim)}code{font:12px ui-monospace,monospace}
"""


def page(service: Service, faults: Faults) -> str:
    """Return the page as HTML. Everything that came from outside is escaped."""
    charges = service.ledger.charges
    shown = "".join(_request(request, service) for request in service.latest[:SHOWN])
    rows = "".join(
        f"<tr><td>{_time(charge.at)}</td><td>{escape(charge.endpoint)}</td>"
        f"<td><code>{escape(charge.request_id)}</code></td><td>${charge.price:.2f}</td>"
        f"<td>{charge.replays or ''}</td></tr>"
        for charge in charges[::-1][:100]
    )
    table = (
        "<div class=scroll><table><thead><tr><th>When<th>Endpoint<th>Request<th>Price<th>Replays</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
    on = f"<p>{len(faults)} faults are switched on.</p>" if len(faults) else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Reka sandbox</title>'
        '<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><main><h1>Reka sandbox</h1>"
        '<p class="dim">A server on this machine that speaks Reka’s inference API. It draws pictures and films, '
        "boxes what is in them, and says words as tones. No model is asked, no key is needed, and nothing is paid. "
        "Its profile is "
        f"{escape(service.profile.name)}: {escape(service.profile.title)}.</p>"
        f"{on}<h2>Latest requests</h2>"
        + (f"<div class=wall>{shown}</div>" if shown else '<p class="dim">None yet.</p>')
        + f"<h2>Ledger</h2><p>{_count(len(charges))} charged, "
        f"{len(service.ledger.refused)} refused. {_money(service)}</p>"
        + (table if rows else "")
        + "</main></html>"
    )


def _request(request: Inference, service: Service) -> str:
    now = service.clock()
    status = request.status(now)
    words = escape(" ".join(request.words.split())[:240]) or "(no prompt)"
    media = (
        _media(request) if request.delivers(now) else f"<div class=wait>{escape(_wait(request, now))}</div>"
    )
    when = _time(request.course.submitted + service.epoch)
    return (
        f'<article>{media}<div class=words><p>{words}</p><p class="dim">{escape(request.endpoint)}<br>'
        f"{escape(status.replace('_', ' ').capitalize())} · {when}</p></div></article>"
    )


def _media(request: Inference) -> str:
    if not request.media:
        found = ", ".join(box.label for box in request.boxes)
        return f"<div class=wait>{escape(found) or 'No file'}</div>"
    fresh = f"?fresh={request.fresh}" if request.fresh else ""
    url = escape(f"/sandbox/media/{request.id}/{request.media[0].file_name}{fresh}")
    return {
        "video": f'<video src="{url}" controls loop muted playsinline preload="metadata"></video>',
        "audio": f'<div class=wait><audio src="{url}" controls preload="none"></audio></div>',
    }.get(request.output, f'<img src="{url}" alt="" loading="lazy">')


def _wait(request: Inference, now: float) -> str:
    if not request.pending(now):
        return "No output"
    position = request.course.position(now)
    if position is None:
        return f"{request.course.progress(now):.0%}"
    return f"In the queue, {position} ahead" if position else "Next in the queue"


def _count(number: int) -> str:
    return "1 request" if number == 1 else f"{number} requests"


def _money(service: Service) -> str:
    charged = service.ledger.charged
    left = f", and ${service.balance - charged:.2f} are left" if service.balance is not None else ""
    return f"${charged:.2f} were charged on paper{left}."


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")
