"""Run ``reka-notebook with-sound``: put a sound under a video, as a new take."""

import sys
from collections.abc import Sequence
from contextlib import closing

from reka_notebook.config import open_library
from reka_notebook.errors import RekaError
from reka_notebook.jobs.files.with_sound import sound_take
from reka_notebook.jobs.take import Take
from reka_notebook.media.sounds.under import OWN
from reka_notebook.options.parser import Parser
from reka_notebook.text import printable


def run(words: Sequence[str]) -> int:
    """Put a sound under a video, and print the path of the new take's file.

    Raises:
        RekaError: One of them is not what it should be.
    """
    parser = Parser(
        "with-sound", "Put a sound under a video, as a new take. Nothing is sent, nothing is charged."
    )
    parser.add_argument("video", metavar="VIDEO", help="the video: a take's id, or the start of it")
    parser.add_argument("sound", metavar="SOUND", help="the sound: a file, or a take's id")
    parser.add_argument(
        "--at",
        metavar="SECONDS",
        default="0.5",
        help="when it begins, from the video's beginning (default: 0.5)",
    )
    parser.add_argument(
        "--level", metavar="LEVEL", default="1", help="how loud it is: 1 as it is, 0.5 half (default: 1)"
    )
    parser.add_argument(
        "--own",
        choices=OWN,
        default="lower",
        help="keep, lower or replace the video's own sound (default: lower)",
    )
    asked = parser.read(words)
    with closing(open_library()) as library:
        sound = sound_take(library, asked.sound)
        video = Take(library.take(asked.video.removeprefix("take:")), library)
        given = asked.sound if sound is None else Take(sound, library)
        take = video.with_sound(given, _number("at", asked.at), _number("level", asked.level), asked.own)
        print(printable(str(take.path)))
        for remark in take.remarks:
            print(printable(remark), file=sys.stderr)
    return 0


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise RekaError(f"--{name} is a number, and not {written!r}.") from None
