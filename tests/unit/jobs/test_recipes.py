"""Test that a saved file tells how it was made, and nothing that is nobody's business."""

import errno
import io
import json
import os
from pathlib import Path
from typing import IO

import msgspec
import pytest
from PIL import Image

from reka_notebook import keychain
from reka_notebook.errors import RekaError
from reka_notebook.jobs.experiments.rows import asked
from reka_notebook.jobs.recipes import key_remover, read_recipe, recipe_text
from reka_notebook.jobs.recipes.recipe import LONGEST_PROMPT, parsed, text_of
from reka_notebook.jobs.take import Take
from reka_notebook.key import Key
from reka_notebook.library import ImageUse
from reka_notebook.library.lineage.parent import Parent
from reka_notebook.media.recipes.carrying import LARGEST
from reka_notebook.media.sounds.under import digest_of_picture
from tests.unit.media.conftest import write_sound

SECRET = "rk-live-0123456789abcdef"


def full_disk(source: IO[bytes], target: IO[bytes], count: int) -> None:
    target.write(source.read(1))
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_every_way_to_save_carries_the_recipe_and_the_library_stays_as_it_is(
    process, tmp_path, monkeypatch
) -> None:
    first = process.submit("a fox runs", duration="5").result(10)
    kept = first.path.read_bytes()
    saved = first.save(tmp_path)
    assert saved == tmp_path / first.file_name
    recipe = read_recipe(saved)
    assert (recipe.endpoint, recipe.prompt) == (first.request.endpoint, "a fox runs")
    assert recipe.settings == {"duration": "5"}
    assert recipe.images["start"][0].digest == first.request.images["start"][0].digest
    assert recipe.sandbox
    assert digest_of_picture(saved) == digest_of_picture(first.path)
    assert first.path.read_bytes() == kept
    assert read_recipe(first.path) is None
    with pytest.raises(RekaError, match="cannot be written"):
        first.save("a" * 300 + ".mp4")
    with pytest.raises(RekaError, match="already exists and was not overwritten"):
        first.save(saved)
    for wrong, words in (
        (f"{tmp_path}/new/", "There is no folder"),
        ("a\0b", "cannot be a file's path: embedded null byte"),
        (7, "has to be a path, and is of the type int"),
        ("~nobody-of-this-name/a.mp4", "There is no home folder of nobody-of-this-name"),
        (f"{tmp_path}/a.png", r"would be an MP4 video, which a\.png does not say\. Name it a\.mp4\."),
        (f"{saved}/a.mp4", "cannot be written: Not a directory"),
    ):
        with pytest.raises(RekaError, match=words):
            first.save(wrong)
    with pytest.raises(RekaError, match="would be a GIF image"):
        first.to_gif(tmp_path / "a.mp4")
    with monkeypatch.context() as full:
        # A disk that is full.
        full.setattr("reka_notebook.media.recipes.edits._copy", full_disk)
        with pytest.raises(RekaError, match="cannot be written: No space left"):
            first.save(tmp_path / "full.mp4")
    assert [path.name for path in tmp_path.glob("*.mp4")] == [saved.name]
    assert first.save(tmp_path / "take 1.2").name == "take 1.2.mp4"
    assert first.save(tmp_path / "b.M4V").name == "b.M4V"
    plain = first.save(tmp_path / "plain.mp4", recipe=False)
    assert plain.read_bytes() == kept
    assert read_recipe(first.to_gif(tmp_path / "a.gif", width=64)).prompt == "a fox runs"
    assert read_recipe(first.to_gif(tmp_path / "b.gif", width=64, recipe=False)) is None
    again = process.submit("and stops", image=first).result(10)
    heard = again.with_sound(write_sound(tmp_path / "speech.mp3", "libmp3lame", seconds=0.4), at=0.1)
    recipe = read_recipe(heard.save(tmp_path / "heard.mp4"))
    assert (recipe.endpoint, recipe.settings["at"]) == ("here/with-sound", 0.1)
    assert [parent.role for parent in recipe.parents] == ["video"]
    line = recipe.parents[0].recipe
    assert (line.prompt, line.parents[0].last, line.parents[0].recipe.prompt) == (
        "and stops",
        True,
        "a fox runs",
    )


@pytest.mark.parametrize("place", ["environment", "keyring", "typed in"])
def test_no_secret_no_address_no_path_and_no_name_goes_out(process, monkeypatch, place) -> None:
    if place == "environment":
        monkeypatch.setenv("REKA_API_KEY", SECRET)
    elif place == "keyring":
        monkeypatch.setattr(keychain, "read", lambda: SECRET)
    else:
        process.controller.use_key(Key(SECRET))
    take = process.submit("a fox").result(10)
    record = take.record
    words = {
        "prompt": f"a fox like https://ann:pw@host.test/a.png?X-Signature=abc#part and {SECRET}",
        "duration": "5",
        "audio_url": "https://host.test/a.mp3?sig=hush",
        "lora": "/home/ann/lora.safetensors",
        "other": "C:\\Users\\Ann\\a.png",
        "nested": {"list": ["fine", "file:///home/ann"]},
        "voices": ["fine", "finer"],
        "api_token": "hush",
        "header": f"Bearer {SECRET}",
        "inline": "data:image/png;base64,AAAA",
        "seed": 7,
    }
    uses = [
        ImageUse(
            digest="sha256:" + "a" * 64, name="Ann at home.jpg", url="https://host.test/ann.jpg?sig=hush"
        )
    ]
    request = msgspec.structs.replace(record.job.request, input=words, images={"start": uses})
    job = msgspec.structs.replace(record.job, request=request, person="Ann", notebook="/home/ann/n.ipynb")
    record = msgspec.structs.replace(record, job=job, note="Ann's")
    told = asked(Take(record, process.controller.library), key_remover())
    assert SECRET not in str(told)
    assert told["setting.duration"] == "5"
    assert "setting.header" not in told
    text = recipe_text(record, process.controller.library)
    assert "https://host.test/a.png and" in text
    for hidden in (SECRET, "hush", "Ann", "ann", "pw", "sig", "X-Sig", "home", "Users", "base64", "AAAA"):
        assert hidden not in text.replace('"api_token"', ""), hidden
    recipe = parsed(text)
    assert recipe.settings == {"duration": "5", "voices": ["fine", "finer"], "seed": 7}
    assert set(recipe.left_out) == {"audio_url", "lora", "other", "nested", "header", "inline"}
    assert recipe.images["start"][0].address


def test_what_led_to_it_is_told_to_a_depth_and_a_size(process, monkeypatch) -> None:
    monkeypatch.setattr("reka_notebook.jobs.recipes.saving.DEEPEST", 1)
    library = process.controller.library
    take = process.submit("shot 0").result(10)
    for number in range(1, 3):
        take = process.submit(f"shot {number}", image=take).result(10)
    recipe, told = parsed(recipe_text(take.record, library)), []
    while recipe is not None:
        told.append(recipe.prompt)
        recipe = recipe.parents[0].recipe if recipe.parents else None
    assert told == ["shot 2", "shot 1"]

    def long(record, letter: str):
        request = msgspec.structs.replace(record.job.request, input={"prompt": letter * LONGEST_PROMPT})
        return msgspec.structs.replace(record, job=msgspec.structs.replace(record.job, request=request))

    text = recipe_text(long(take.record, "x"), library)
    assert len(text.encode()) <= LARGEST
    assert parsed(text).prompt == "x" * LONGEST_PROMPT
    assert recipe_text(long(take.record, "狐"), library) is None, "a recipe cut short would be another one"
    unknown = msgspec.structs.replace(take.record.job.request, endpoint="kling-v3-pro/unknown")
    job = msgspec.structs.replace(take.record.job, request=unknown)
    assert recipe_text(msgspec.structs.replace(take.record, job=job), library) is None
    lost = msgspec.structs.replace(take.record.job, parents=[Parent(take="gone", role="start")])
    assert not parsed(recipe_text(msgspec.structs.replace(take.record, job=lost), library)).parents


GOOD = '{"reka_recipe":1,"model":"m","task":"t"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"reka_recipe":1}', "damaged"),
        ('{"reka_recipe":', "damaged"),
        (GOOD + ',"take":1e400}', "damaged"),
        (GOOD + ',"settings":{"a":NaN}}', "damaged"),
        (GOOD + ',"prompt":7}', "damaged"),
        (GOOD + ',"settings":' + '{"a":' * 60 + "1" + "}" * 60 + "}", "damaged"),
        (GOOD + ',"settings":' + "[" * 20_000, "too long or damaged"),
        (GOOD + ',"prompt":"' + "x" * 10_000_000 + '"}', "too long or damaged"),
        (GOOD + ',"prompt":"' + "x" * (LONGEST_PROMPT + 1) + '"}', "damaged"),
        ('{"reka_recipe":1,"model":"<script>","task":"t"}', "damaged"),
        (GOOD + ',"images":{"start":[{"digest":"../../etc/passwd"}]}}', "damaged"),
        ('{"reka_recipe":99,"model":{}}', "later version"),
        ('{"reka_recipe":[]}', "damaged"),
    ],
)
def test_what_anybody_may_have_written_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    file = tmp_path / "file.png"
    file.write_bytes(buffer.getvalue() + text.encode())
    with pytest.raises(RekaError, match=words):
        read_recipe(file)


def test_a_recipe_is_found_in_a_broken_file_and_nothing_in_others(tmp_path: Path) -> None:
    file = tmp_path / "broken.mp4"
    file.write_bytes(b"\0\0\0\x20ftyp" + bytes(1000) + GOOD.encode() + b',"seed":3}\xff\xfe')
    assert read_recipe(file).endpoint == "m/t"
    file.write_bytes(b"")
    assert read_recipe(file) is None
    for wrong, words in (
        (tmp_path / "none.mp4", "none.mp4 cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory"),
        ("a\0b", "cannot be a file's path"),
        (None, "has to be a path, and is of the type NoneType"),
    ):
        with pytest.raises(RekaError, match=words):
            read_recipe(wrong)
    recipe = parsed(GOOD + "}")
    assert json.loads(text_of(recipe)) == json.loads(GOOD + "}")
