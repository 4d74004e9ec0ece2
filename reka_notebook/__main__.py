"""The command line: ``reka-notebook``, also as ``python -m reka_notebook``."""

import argparse
import sys
from collections.abc import Sequence

from reka_notebook import __version__
from reka_notebook.errors import RekaError


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. Errors are said in words on stderr."""
    parser = argparse.ArgumentParser(
        prog="reka-notebook", description="Videos from images and prompts, with Reka's inference API."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    generate = commands.add_parser(
        "generate", help="make one video and print the path of its file", add_help=False, prefix_chars="\0"
    )
    generate.add_argument("words", nargs="*")

    sandbox = commands.add_parser(
        "sandbox", help="serve a Reka on this machine that needs no key and no network"
    )
    sandbox.add_argument("--port", type=int, default=0, help="0 takes any free one")
    sandbox.add_argument("--speed", type=float, default=1.0, help="how many times faster than real jobs")
    sandbox.add_argument("--seed", type=int, default=None, help="the same durations every time")

    chosen = parser.parse_args(words)
    try:
        if chosen.command == "generate":
            from reka_notebook.commands import generate as command

            return command.run(chosen.words)
        from reka_notebook.sandbox import serve

        serve(port=chosen.port, speed=chosen.speed, seed=chosen.seed)
        return 0
    except RekaError as error:
        print(f"reka-notebook: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
