"""Keep the API key out of the HTTP library's logs; at its most talkative, it logs every header."""

import logging

from reka_notebook.redaction import Redactor

LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


class _KeyFilter(logging.Filter):
    """Remove every key that this process has used from a record."""

    def __init__(self) -> None:
        super().__init__()
        self.redactors: dict[str, Redactor] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        clean = said
        for redactor in list(self.redactors.values()):
            clean = redactor.text(clean)
        if clean != said:
            record.msg, record.args = clean, None
        return True


_FILTER = _KeyFilter()


def hide_in_logs(fingerprint: str, redactor: Redactor) -> None:
    """Keep a key out of the HTTP library's logs from now on."""
    _FILTER.redactors[fingerprint] = redactor
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
