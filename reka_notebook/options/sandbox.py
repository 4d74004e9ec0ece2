"""Say what kind of sandbox is meant, on a command line and in a notebook."""

import argparse
import math

from reka_notebook.options.parser import Parser
from reka_notebook.sandbox.profiles import DEFAULT, NAMES


def add_options(parser: Parser) -> None:
    """Add ``--speed``, ``--profile`` and ``--balance``."""
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than real jobs")
    parser.add_argument(
        "--profile",
        choices=NAMES,
        default=DEFAULT,
        help="how it serves: reka (the default), as documented and as seen; fal, with names of its own for each "
        "model; strict, which refuses what it does not know; careless, which ignores that and charges",
    )
    parser.add_argument(
        "--balance",
        type=_dollars,
        default=None,
        metavar="USD",
        help="what the account has: once it is used up, requests are refused",
    )


def _dollars(text: str) -> float:
    try:
        amount = float(text.removeprefix("$"))
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise argparse.ArgumentTypeError(f"wants an amount in USD, as in 5 or 2.50, and got {text!r}")
    return amount
