"""Run ``reka-notebook sandbox``: a local test server."""

import argparse
from collections.abc import Sequence

from reka_notebook.options.parser import Parser
from reka_notebook.options.sandbox import add_options


def run(words: Sequence[str]) -> int:
    """Serve a sandbox until Ctrl-C."""
    parser = Parser("sandbox", "Run a local test server until Ctrl-C: no key, no network, no charges.")
    parser.add_argument("--port", type=_port, default=0, help="0 takes any free one")
    parser.add_argument("--seed", type=int, default=None, help="the same durations every time")
    add_options(parser)
    asked = parser.read(words)

    from reka_notebook.sandbox import serve

    serve(port=asked.port, speed=asked.speed, seed=asked.seed, profile=asked.profile, balance=asked.balance)
    return 0


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"wants a port, 0 to 65535, and got {text!r}")
    return int(text)
