"""Test what is offered while a line or a prompt is being written."""

import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from msgspec import structs

import reka_notebook
from reka_notebook.jobs import controller
from reka_notebook.library import GenerationRequest, MediaFile, TakeRecord
from reka_notebook.magic.help import help_text
from reka_notebook.magic.matching import as_result
from reka_notebook.options import defaults
from reka_notebook.options.completion import complete_line
from reka_notebook.options.prompting import complete_prompt_line


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("photo.jpg", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "pictures").mkdir()
    shell = InteractiveShell()
    monkeypatch.setattr("threading.Thread.start", lambda self: None)
    reka_notebook.load_ipython_extension(shell)
    shell.user_ns.update(photograph=b"x", light="dawn", lights=["dawn"])

    def completed(text: str) -> list[str]:
        """Return the whole texts that Tab makes of it."""
        found = shell.Completer.completions(text, len(text))
        return [f"{text[: one.start]}{one.text}" for one in found]

    from IPython.core.completer import provisionalcompleter

    with provisionalcompleter():
        yield completed
    defaults.clear_defaults()
    reka_notebook.unload_ipython_extension(shell)
    assert shell.Completer.custom_matchers == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%%reka_video --dur", ["%%reka_video --duration"]),
        ("%%reka_video -m kling-v3-pro --cf", ["%%reka_video -m kling-v3-pro --cfg-scale"]),
        ("%%reka_video -m kling-v3-pro --cfg_", ["%%reka_video -m kling-v3-pro --cfg_scale"]),
        ("%%reka_video -m kl", ["%%reka_video -m kling-v3-pro"]),
        ("%%reka_video --model=ve", ["%%reka_video --model=veo-3.1"]),
        ("%%reka_video -m veo-3.1 --duration ", [f"%%reka_video -m veo-3.1 --duration {n}s" for n in (4, 6, 8)]),
        ("%%reka_video -m veo-3.1 --generate-audio of", ["%%reka_video -m veo-3.1 --generate-audio off"]),
        ("%%reka_video --sweep dur", ["%%reka_video --sweep duration="]),
        ("%%reka_video --sweep model=kling-v3-pro,ve", ["%%reka_video --sweep model=kling-v3-pro,veo-3.1"]),
        ("%%reka_video -i p", [f"%%reka_video -i {n}" for n in ("photo.jpg", "pictures/", "photograph")]),
        ("%%reka_video -i x\nA pan at {{li", [f"%%reka_video -i x\nA pan at {{{{light{n}" for n in ("", "s")]),
        ("x = %reka_video --fr", ["x = %reka_video --fresh"]),
        ("%%reka_video -m nano", []),
        ("%%reka_image -m ", ["%%reka_image -m nano-banana"]),
        ("%%reka_image --num", ["%%reka_image --num-images"]),
        ("%%reka_image -i photo.jpg --asp", ["%%reka_image -i photo.jpg --aspect-ratio"]),
        ("%%reka_image --sweep im", ["%%reka_image --sweep image="]),
        ("x = %reka_image --output-format w", ["x = %reka_image --output-format webp"]),
        ("%%reka_speech --vo", ["%%reka_speech --voice"]),
        ("%%reka_speech --im", []),
        ("%%reka_boxes -i ph", ["%%reka_boxes -i photo.jpg", "%%reka_boxes -i photograph"]),
        ("%%reka_boxes -i x\n{{lights", ["%%reka_boxes -i x\n{{lights"]),
        ("%%reka_video --task ", [f"%%reka_video --task {n}-to-video" for n in ("image", "text")]),
        ("%%reka_prompt --f", ["%%reka_prompt --for", "%%reka_prompt --fresh"]),
        ("%%reka_prompt -m reka-", ["%%reka_prompt -m reka-edge-2603", "%%reka_prompt -m reka-flash-3"]),
        ("%%reka_prompt --for=kl", ["%%reka_prompt --for=kling-v3-pro"]),
        ("%%reka_prompt --for nano", ["%%reka_prompt --for nano-banana"]),
        ("%%reka_prompt -i ph", ["%%reka_prompt -i photo.jpg", "%%reka_prompt -i photograph"]),
        ("%%reka_prompt --dry-run --a", ["%%reka_prompt --dry-run --as"]),
        ("%%reka_prompt -i x\nA pan at {{lights", ["%%reka_prompt -i x\nA pan at {{lights"]),
        ("%reka models --task text-to-s", ["%reka models --task text-to-speech"]),
        ("%reka st", ["%reka status"]),
        ("%reka default --mod", ["%reka default --model"]),
        ("%reka config dead", ["%reka config deadline"]),
        ("%reka sandbox o", ["%reka sandbox on", "%reka sandbox off"]),
        ("%reka models ve", ["%reka models veo-3.1"]),
        ("%reka takes --ver", ["%reka takes --verdict"]),
        ("%reka takes --verdict pi", ["%reka takes --verdict picked"]),
    ],
)  # fmt: skip
def test_tab_offers_what_fits_and_nothing_else(complete: Any, text: str, expected: list[str]) -> None:
    assert complete(text) == expected


def test_the_options_are_those_of_the_default_that_is_set(complete: Any) -> None:
    assert complete("%%reka_video --see") == []
    defaults.set_defaults("veo-3.1", {})
    assert complete("%%reka_video --see") == ["%%reka_video --seed"]


def test_other_cells_complete_as_ever(complete: Any) -> None:
    assert "light" in complete("ligh")


def test_help_shows_the_options_of_the_model_that_is_chosen(complete: Any) -> None:
    shell = InteractiveShell()
    reka_notebook.load_ipython_extension(shell)
    assert "--resolution" in help_text()
    assert "Sora 2 Pro (sora-2-pro/image-to-video)" in help_text()
    defaults.set_defaults("kling-v3-pro", {})
    shown = shell.object_inspect_text("%%reka_video")
    assert "--cfg-scale" in shown
    assert "one of 3, 4, 5" in shown
    assert "--resolution" not in shown


@pytest.mark.parametrize(
    ("magic", "told"),
    [
        ("%%reka_image", "--num-images"),
        ("%%reka_speech", "Speak a text"),
        ("%%reka_boxes", "cup, table"),
        ("%%reka_prompt", "which chat model"),
    ],
)
def test_every_magic_has_its_help(complete: Any, magic: str, told: str) -> None:
    shell = InteractiveShell()
    reka_notebook.load_ipython_extension(shell)
    shown = shell.object_inspect_text(magic)
    assert told in shown
    assert f"    {magic} " in shown, "there is an example"
    for option in ("--as", "--dry-run"):
        assert option in shown


def test_a_chat_model_is_offered_by_its_title(complete: Any) -> None:
    assert complete_prompt_line("-m reka-e", {}).labels == {
        "reka-edge-2603": "Reka Edge · sees images and videos"
    }
    assert complete_prompt_line("--for veo", {}).labels == {"veo-3.1": "Veo 3.1 · videos"}


def test_tab_says_what_a_model_or_a_duration_would_cost(complete: Any) -> None:
    control = controller()
    request = GenerationRequest(
        endpoint="kling-v3-pro/image-to-video", input={"prompt": "a", "duration": "5"}
    )
    job, _ = control.library.jobs.add(control.service, request, 1, 9.0)
    ended = structs.replace(job, state="kept", ended=5.0, answers={"result": {"usage": {"price_usd": 0.7}}})
    file = MediaFile(name="2026-11/a.mp4", kind="video", media_type="video/mp4", bytes=5)
    control.library.takes.add(TakeRecord(job=ended, files=[file], kept=5.0))
    assert complete_line("-m kling", {}).labels == {"kling-v3-pro": "about $0.70"}
    durations = complete_line("-m kling-v3-pro --duration ", {}).labels
    assert (durations["10"], durations["5"]) == ("about $1.40", "about $0.70 · default")
    found = as_result(complete_line("-m kling", {}))
    assert next((one.text, one.type) for one in found["completions"]) == (
        "kling-v3-pro",
        "about\N{NO-BREAK SPACE}$0.70",
    )


def test_a_default_that_is_a_number_is_called_so(
    complete: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {"type": "integer", "enum": [4, 6], "default": 6}
    corrected = {"endpoints": {"veo-3.1/image-to-video": {"input": {"properties": {"duration": seconds}}}}}
    file = tmp_path / "corrected.json"
    file.write_text(json.dumps(corrected), "utf-8")
    monkeypatch.setenv("REKA_NOTEBOOK_CATALOGUE", str(file))
    assert complete_line("-m veo-3.1 --duration ", {}).labels == {"4": "Duration", "6": "default"}


def test_a_models_own_options_come_first_in_one_spelling_and_say_what_they_take(complete: Any) -> None:
    labels = complete_line("-m veo-3.1 -", {}).labels
    own = [
        "--duration",
        "--resolution",
        "--aspect-ratio",
        "--negative-prompt",
        "--generate-audio",
        "--seed",
    ]
    assert list(labels)[: len(own)] == own
    assert list(labels)[len(own) :][:4] == ["--image", "--crop", "--pad", "--model"]
    assert (labels["--aspect-ratio"], labels["--generate-audio"]) == ("auto, 16:9, 9:16", "on, off")
    assert complete_line("-m kling-v3-pro --dur", {}).labels == {"--duration": "3 to 15"}
    assert complete_line("-m veo-3.1 --duration ", {}).labels == {
        "4s": "Duration",
        "6s": "Duration",
        "8s": "default",
    }
    assert complete_line("-m veo-3.1 --sweep res", {}).labels == {"resolution=": "720p, 1080p, 4k"}
    assert complete_line("-i pho", {"photograph": b"x"}).labels == {
        "photo.jpg": "image",
        "photograph": "bytes",
    }
