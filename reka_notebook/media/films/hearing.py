"""Tell whether anything is to be heard in a film: a track that is there may be silent."""

from array import array
from pathlib import Path

from reka_notebook.media.films import tracks

LISTENED = 3.0
"""Seconds that are listened to."""

QUIETEST = 66
"""Of 32,768: what is quieter by 54 dB than the loudest possible is the noise of a coding."""


def is_heard(path: Path) -> bool:
    """Return whether there is a sound in a film's first seconds.

    Raises:
        MediaError: If the file cannot be opened.
    """
    from av.audio.resampler import AudioResampler

    with tracks.open_media(path, lenient=True) as (_, media_type):
        pass
    with tracks.open_tracks(path, media_type) as container:
        sound = tracks.sound_track(container)
        if sound is None or not tracks.decodable(sound):
            return False
        plain = AudioResampler(format="s16", layout="mono", rate=8000)
        heard = 0
        for packet in tracks.packets(container, sound):
            for frame in tracks.decoded(packet) or ():
                for part in plain.resample(frame):
                    levels = array("h", bytes(part.planes[0])[: 2 * part.samples])
                    if levels and max(max(levels), -min(levels)) > QUIETEST:
                        return True
                    heard += part.samples
            if heard >= LISTENED * 8000:
                break
    return False
