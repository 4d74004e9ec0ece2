"""Test that a speech is as long as its text, and that voices differ."""

import wave

from reka_notebook.sandbox.rendering import sound


def written(tmp_path, text, voice=""):
    path = tmp_path / "speech.wav"
    sound.speech(text, path, voice)
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate(), file.readframes(file.getnframes())


def test_a_longer_text_takes_longer_and_a_longer_word_too(tmp_path):
    lengths = [
        written(tmp_path, text)[0] for text in ("", "Hi", "Morning", "Good morning", "Good morning, you.")
    ]
    assert lengths == sorted(set(lengths))
    assert lengths[0] < 0.2
    assert written(tmp_path, "word " * 900)[0] <= sound.LONGEST_SPEECH


def test_a_voice_is_heard(tmp_path):
    plain, one, other = (written(tmp_path, "Good morning", voice) for voice in ("", "anna", "ben"))
    assert plain[0] == one[0] == other[0]
    assert len({plain[1], one[1], other[1]}) == 3
