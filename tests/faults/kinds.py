"""Name the ways to go wrong that the suites go through, and how a job may end with each."""

from typing import Any

from reka_notebook.sandbox.mangling import MANGLED

ELSEWHERE = {"Location": "http://192.0.2.1/elsewhere"}
BALANCE = '{"error": {"code": "P001", "message": "P001: Insufficient Balance"}}'
NO_CREDIT = '{"error": {"message": "Your balance is insufficient"}}'
PAGE = "<!doctype html><title>Blocked</title><h1>Who are you?</h1>"
ESCAPES = '{"error": {"message": "\\u001b]52;c;cm0gLXJm\\u0007\\u001b[2J\\u202egnp.exe\\u0000"}}'
HUGE = '{"error": {"message": "' + "much " * 400_000 + '"}}'
LOCATIONS = (
    "mailto:a@b",
    "data:,x",
    "javascript:0",
    "//",
    "http://[::1",
    "http://a:b@c:d/",
    "http://\u00e9 \u00e9/",
    "",
)

KINDS: dict[str, dict[str, Any]] = {
    **{
        f"HTTP {code}": {"status": code}
        for code in (
            204,
            300,
            304,
            400,
            401,
            402,
            403,
            404,
            405,
            406,
            408,
            409,
            410,
            411,
            412,
            413,
            414,
            415,
            418,
        )
    },
    **{
        f"HTTP {code}": {"status": code}
        for code in (421, 422, 423, 424, 425, 426, 428, 431, 451, 500, 501, 502, 503, 504, 505, 507, 511, 520)
    },
    "no credit": {"status": 403, "body": NO_CREDIT},
    "balance": {"status": 429, "body": BALANCE},
    "redirect elsewhere": {"status": 302, "headers": ELSEWHERE},
    "redirect elsewhere for good": {"status": 308, "headers": ELSEWHERE},
    **{f"redirect to {where!r}": {"status": 307, "headers": {"Location": where}} for where in LOCATIONS},
    "404 as a page": {"status": 404, "body": "<h1>Not here</h1>"},
    "405 as a page": {"status": 405, "body": "<h1>Not so</h1>"},
    "500 as a page": {"status": 500, "body": "<h1>Oops</h1>"},
    **{f"page with {code}": {"status": code, "body": PAGE} for code in (400, 401, 403, 422)},
    "a proxy's 407": {"status": 407, "body": PAGE},
    "rate limit": {"status": 429},
    "rate limit, wait 0": {"status": 429, "headers": {"Retry-After": "0"}},
    "rate limit, wait 1": {"status": 429, "headers": {"Retry-After": "1"}},
    "rate limit, wait an hour": {"status": 429, "headers": {"Retry-After": "3600"}},
    "rate limit, wait nonsense": {"status": 429, "headers": {"Retry-After": "soon"}},
    "away, wait 0": {"status": 503, "headers": {"Retry-After": "0"}},
    "late": {"kind": "delay", "seconds": 0.15},
    "silent": {"kind": "delay", "seconds": 0.8},
    "drop": {"kind": "drop"},
    "cut at the start": {"kind": "truncate", "keep": 0.0},
    "cut in the middle": {"kind": "truncate", "keep": 0.5},
    "cut at the end": {"kind": "truncate", "keep": 0.99},
    "a byte at a time": {"kind": "trickle", "seconds": 0.0005},
    "page": {"kind": "html"},
    "list": {"kind": "nonsense"},
    "nothing": {"kind": "nonsense", "body": ""},
    "empty object": {"kind": "nonsense", "body": "{}"},
    "half an object": {"kind": "nonsense", "body": '{"request_id": "x", "status": "COMPL'},
    "wrong types": {"kind": "nonsense", "body": '{"request_id": [], "status": {}, "output": 7}'},
    "an error with 200": {"kind": "nonsense", "body": '{"error": {"message": "Busy"}}'},
    "packed twice": {"kind": "bomb", "status": 200},
    "an error packed twice": {"kind": "bomb", "status": 500},
    "no HTTP": {"kind": "raw"},
    "the key, in no HTTP": {"kind": "raw", "body": "HTTP/1.1 {key} {key}\r\n\r\n"},
    "the key, in an error": {"status": 500, "body": '{"error": {"message": "No key {key}"}}'},
    "the key, escaped": {"status": 500, "body": '{"error": {"message": "No key {escaped key}"}}'},
    "the key, in headers": {"status": 500, "headers": {"X-Request-ID": "{key}", "Location": "/{key}"}},
    "the key, in a redirect": {"status": 307, "headers": {"Location": "http://{key}/{key}"}},
    "escape sequences": {"status": 500, "body": ESCAPES},
    "an error of 2 MB": {"status": 500, "body": HUGE},
    **{f"{how} beside it": {"kind": "mangled", "body": how} for how in MANGLED},
    "unknown status": {"kind": "unknown_status"},
    "empty status": {"kind": "unknown_status", "body": ""},
    "a status of 1 MB": {"kind": "unknown_status", "body": "PONDER" * 170_000},
    "a status with escapes": {"kind": "unknown_status", "body": "\x1b[2J\x1b]52;c;eA==\x07"},
    "twice": {"kind": "duplicate"},
    "expired": {"kind": "expired", "status": 410},
    "expired and signed": {"kind": "expired", "status": 403},
}

ACCOUNT = {"HTTP 401", "HTTP 402", "HTTP 403", "no credit", "balance"}
"""About the key or the balance: at the third time a person is told, and the same request goes on afterwards."""
FINAL_RESULTS = {f"HTTP {code}" for code in (400, 409, 412, 413, 418, 422, 424, 451)} | {"an error with 200"}
"""The service's own words against a request that it has done, where its result is asked for three times."""
GONE = {"HTTP 404", "HTTP 410"}
"""Said without an end by the result of a request that is done: it is gone, and may have been charged."""
REFUSALS = (
    {
        f"HTTP {code}"
        for code in (400, 401, 402, 403, 404, 405, 406, 410, 411, 412, 413, 414, 415, 418, 421, 422)
    }
    | {f"HTTP {code}" for code in (423, 424, 425, 426, 428, 431, 451, 501, 505, 511)}
    | {"404 as a page", "405 as a page", "balance", "no credit", "a proxy's 407"}
)
"""In answer to a submission, a no."""
REDIRECTS = {
    kind for kind, fault in KINDS.items() if kind.startswith("redirect") or kind == "the key, in a redirect"
}
WAITS = {"rate limit, wait an hour"}
NOT_REPEATED = {"HTTP 409"} | REDIRECTS | WAITS
"""In answer to a submission, neither a no nor something that is cured by asking again soon: a person decides."""
PAGES = {"page", "list", "nothing", "empty object", "half an object", "wrong types", "an error with 200"}
"""What is no file, in place of one: believed when it comes a third time, and then a person decides."""
