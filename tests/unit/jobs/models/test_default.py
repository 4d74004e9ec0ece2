"""A default that has changed overnight charges nobody again without saying so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook import Take
from reka_notebook.catalogue.account.models import read_models
from reka_notebook.errors import RekaError
from reka_notebook.jobs import controller
from reka_notebook.magic.request import check_count, read
from reka_notebook.sandbox import Sandbox
from tests.processes import make_quick

PROMPT = "a slow dolly in"
SORA, KLING, VEO = (f"{name}/image-to-video" for name in ("sora-2-pro", "kling-v3-pro", "veo-3.1"))
Said = pytest.CaptureFixture[str]


def account_has(*names: str) -> None:
    found = read_models(list(names))
    assert found is not None
    controller().models._keep(found, None)


@pytest.fixture
def sandbox(sandboxes: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A quick sandbox that everything is wired to."""
    make_quick(monkeypatch)
    made = sandboxes()
    reka_notebook.configure(base_url=made.url)
    return made


@pytest.fixture
def make(sandbox: Sandbox, photo: Path) -> Callable[..., Take]:
    return lambda **options: reka_notebook.submit(PROMPT, photo, **options).result(30)


def charged(sandbox: Sandbox) -> list[str]:
    return [charge.endpoint for charge in sandbox.ledger]


def test_a_default_that_is_gone_is_replaced_and_that_is_said_once(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    account_has("kling-v3-pro", "veo-3.1")
    assert make().request.endpoint == KLING
    assert capsys.readouterr().err == "sora-2-pro is not in your account's list; using kling-v3-pro.\n"
    make(fresh=True)
    make()
    assert capsys.readouterr().err == ""
    assert charged(sandbox) == [KLING, KLING]


def test_a_take_of_yesterday_s_default_is_found_and_nothing_is_charged(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    made = make()
    assert made.request.endpoint == SORA
    account_has("kling-v3-pro")
    again = make()
    assert (again.id, again.from_earlier) == (made.id, True)
    assert capsys.readouterr().err == (
        "Made with sora-2-pro, the default at the time, and not charged again. For a new take with kling-v3-pro: "
        'model="kling-v3-pro".\n'
    )
    assert charged(sandbox) == [SORA]
    assert make(model="kling-v3-pro").request.endpoint == KLING
    assert make().request.endpoint == KLING, "now that there is one of today's, that is it"
    assert charged(sandbox) == [SORA, KLING]


def test_a_default_that_comes_back_does_not_charge_again_either(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    account_has("veo-3.1")
    made = make()
    assert made.request.endpoint == VEO
    account_has("sora-2-pro", "veo-3.1")
    assert make().id == made.id
    assert "Made with veo-3.1" in capsys.readouterr().err
    account_has("kling-v3-pro")
    assert make().id == made.id
    assert charged(sandbox) == [VEO]


def test_another_take_is_of_today_s_default_and_says_what_it_was_before(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    make()
    account_has("kling-v3-pro")
    assert make(fresh=True).request.endpoint == KLING
    assert capsys.readouterr().err == (
        "This was made with sora-2-pro before, and the default is kling-v3-pro now. To use the same model as before: "
        'model="sora-2-pro".\n'
    )
    assert charged(sandbox) == [SORA, KLING]


def test_what_only_fits_the_default_before_is_found(make: Any, sandbox: Sandbox) -> None:
    made = make(resolution="720p")  # which Kling has not
    account_has("kling-v3-pro")
    assert make(resolution="720p").id == made.id
    with pytest.raises(RekaError, match=r"^sora-2-pro is not in your account's list; using kling-v3-pro\. "):
        make(resolution="1080p")
    assert charged(sandbox) == [SORA]


def test_a_model_that_was_chosen_is_not_taken_for_a_default(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    make(model="veo-3.1")
    assert make().request.endpoint == SORA
    assert charged(sandbox) == [VEO, SORA]
    assert capsys.readouterr().err == ""


def test_a_person_s_own_default_wins(make: Any, sandbox: Sandbox, capsys: Said) -> None:
    account_has("kling-v3-pro")
    reka_notebook.configure(model="veo-3.1")
    assert make().request.endpoint == VEO
    assert capsys.readouterr().err == ""


def test_a_job_of_yesterday_s_default_that_failed_is_not_waited_for(
    make: Any, sandbox: Sandbox, capsys: Said
) -> None:
    sandbox.fail_next(error={"message": "gone"})
    with pytest.raises(RekaError):
        make()
    account_has("kling-v3-pro")
    assert make().request.endpoint == KLING
    assert "using kling-v3-pro" in capsys.readouterr().err


def cell(photo: Path, line: str = "", body: str = PROMPT) -> Any:
    return read(f"-i {photo} {line}", body, {}, controller())


def test_a_cell_finds_the_takes_of_yesterday_s_default(make: Any, photo: Path) -> None:
    made = make()
    account_has("kling-v3-pro")
    asked = cell(photo)
    assert (asked.plan.new, asked.plan.kept) == (0, 1)
    assert "Made with sora-2-pro" in asked.hint
    assert [one.endpoint.id for one in asked.sweep.requests] == [SORA]
    assert cell(photo, "--model kling-v3-pro").hint is None
    assert made.id


def test_a_sweep_of_which_some_were_made_says_so(make: Any, photo: Path) -> None:
    make()
    account_has("kling-v3-pro")
    asked = cell(photo, body="a {{slow|fast}} dolly in")
    assert asked.plan.new == 2
    assert "made with sora-2-pro before" in asked.hint
    check_count(asked)


def test_a_sweep_over_models_has_no_default(make: Any, photo: Path, capsys: Said) -> None:
    account_has("kling-v3-pro")
    asked = cell(photo, "--sweep model=sora-2-pro,kling-v3-pro")
    assert {one.endpoint.id for one in asked.sweep.requests} == {SORA, KLING}
    assert asked.hint is None


def test_a_model_that_is_only_listed_makes_a_take(make: Any, sandbox: Sandbox) -> None:
    account_has("wan2.2-flash/image-to-video", "kling-v3-pro")
    assert make(model="wan2.2-flash").request.endpoint == "wan2.2-flash/image-to-video"
    assert charged(sandbox) == ["wan2.2-flash/image-to-video"]


def test_a_script_s_first_call_waits_for_the_list(
    ask_for_no_models: Callable[[], None], sandboxes: Callable[..., Sandbox], photo: Path, capsys: Said
) -> None:
    ask_for_no_models()
    made = sandboxes(profile="reka")
    reka_notebook.configure(base_url=made.url)
    assert reka_notebook.submit(PROMPT, photo).result(30).request.endpoint == KLING
    assert capsys.readouterr().err == "sora-2-pro is not in your account's list; using kling-v3-pro.\n"
    assert charged(made) == [KLING]
    assert made.refused == []


def test_a_model_that_only_the_list_knows_can_be_named_at_once(
    ask_for_no_models: Callable[[], None], sandboxes: Callable[..., Sandbox], photo: Path
) -> None:
    ask_for_no_models()
    made = sandboxes(profile="reka")
    reka_notebook.configure(base_url=made.url)
    take = reka_notebook.submit(PROMPT, photo, model="seedance-2.0-pro").result(30)
    assert take.request.endpoint == "seedance-2.0-pro/image-to-video"


def test_every_output_has_a_default_of_its_own_that_is_found_again(
    sandbox: Sandbox, photo: Path, capsys: Said
) -> None:
    def account_does(**tasks: str) -> None:
        found = read_models([{"id": name.replace("_", "-"), "task": task} for name, task in tasks.items()])
        assert found is not None
        controller().models._keep(found, None)

    def speak(**options: Any) -> Take:
        return reka_notebook.submit("Good morning.", task="text-to-speech", **options).result(30)

    made = speak()
    assert made.request.endpoint == "eleven-v3/text-to-speech"
    account_does(voice_1="text-to-speech", flux_2="text-to-image")
    assert speak().id == made.id
    assert 'For a new take with voice-1: model="voice-1".' in capsys.readouterr().err
    assert speak(fresh=True).request.endpoint == "voice-1/text-to-speech"
    assert "This was made with eleven-v3" in capsys.readouterr().err
    (drawn,) = read("", "A quay", {}, controller(), "image").sweep.requests
    assert drawn.endpoint.id == "flux-2/text-to-image"
    (spoken,) = read("", "Good evening.", {}, controller(), "audio").sweep.requests
    assert spoken.endpoint.id == "voice-1/text-to-speech"
    assert charged(sandbox) == ["eleven-v3/text-to-speech", "voice-1/text-to-speech"]


def test_a_default_for_videos_is_not_used_for_speech_and_that_is_said_once(sandbox: Sandbox) -> None:
    reka_notebook.configure(model="kling-v3-pro")
    first, second = (read("", "Good morning.", {}, controller(), "audio") for _ in range(2))
    assert first.sweep.requests[0].endpoint.id == "eleven-v3/text-to-speech"
    assert first.hint == (
        "Your default kling-v3-pro is for image-to-video. For text-to-speech, eleven-v3 is used."
    )
    assert second.hint is None
