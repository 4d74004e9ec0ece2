"""Make quiet sounds of sines: the tone under a video, and speech that is only its rhythm."""

from __future__ import annotations

import math
import re
import wave
import zlib
from array import array
from functools import lru_cache
from pathlib import Path

RATE = 24_000
"""Samples a second of the tone under a video."""
SPEECH_RATE = 24_000
LOUDNESS = 0.012
"""Of full scale: about 38 dB below it."""
LONGEST_SPEECH = 60.0
"""Seconds."""

_PITCHES = {"a": 220.0, "e": 262.0, "i": 311.0, "o": 196.0, "u": 175.0, "y": 294.0}


@lru_cache(maxsize=1)
def tone() -> bytes:
    """Return one second of a soft chord as mono 32-bit floats: whole waves, so that it repeats without a click."""
    samples = array("f")
    for n in range(RATE):
        t = math.tau * n / RATE
        swell = 0.75 + 0.25 * math.sin(t)
        samples.append(
            LOUDNESS * swell * (math.sin(165 * t) + 0.6 * math.sin(247 * t) + 0.3 * math.sin(330 * t))
        )
    return samples.tobytes()


def speech(text: str, path: Path, voice: str = "") -> None:
    """Write a WAV file (16 bit, mono) with one soft tone for each word, as long as the word is, and rests between."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE)
        for pitch, length in _beats(text, _height(voice)):
            file.writeframes(_note(pitch, length))


def _height(voice: str) -> float:
    """Return how much higher or lower a voice of this name is."""
    return 0.7 + zlib.crc32(voice.encode()) % 100 / 125 if voice else 1.0


def _beats(text: str, voice: float) -> list[tuple[float, float]]:
    """Return pitch in hertz (0 is a rest) and seconds, one after the other."""
    beats: list[tuple[float, float]] = [(0.0, 0.1)]
    total = 0.1
    for word in re.findall(r"\w+|[.,;:!?]", text):
        if not word[0].isalnum():
            new = [(0.0, 0.22)]
        else:
            vowel = next((letter for letter in word.lower() if letter in _PITCHES), "a")
            new = [(_PITCHES[vowel] * voice, min(0.9, 0.08 + 0.05 * len(word))), (0.0, 0.06)]
        total += sum(length for _, length in new)
        if total > LONGEST_SPEECH:
            break
        beats += new
    return beats


@lru_cache(maxsize=128)
def _note(pitch: float, length: float) -> bytes:
    count = round(length * SPEECH_RATE)
    samples = array("h", bytes(2 * count))
    if pitch:
        for n in range(count):
            swell = math.sin(math.pi * n / count) ** 0.7
            wave_ = math.sin(math.tau * pitch * n / SPEECH_RATE)
            overtone = 0.25 * math.sin(2 * math.tau * pitch * n / SPEECH_RATE)
            samples[n] = round(4500 * swell * (wave_ + overtone))
    return samples.tobytes()
