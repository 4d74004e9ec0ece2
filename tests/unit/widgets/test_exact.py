"""Test that numbers come back from the browser unchanged: another number is another, charged request."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from reka_notebook.catalogue import Catalogue, load
from reka_notebook.errors import RekaError
from reka_notebook.widgets.exact import settings_for_browser, settings_from_browser

NODE = shutil.which("node")
VEO = "veo-3.1/image-to-video"
NUMBERS = [
    0,
    1,
    -1,
    2**53 - 1,
    2**53 + 1,
    -(2**53) - 1,
    2**63,
    2**64 - 1,
    1.0,
    -1.0,
    0.5,
    1e16,
    1e22,
    1e300,
    0.1,
    1e-7,
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def through_javascript(value: Any) -> Any:
    """Return what a browser makes of JSON that it is sent and sends back."""
    script = "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8'))))"
    assert NODE
    made = subprocess.run(
        [NODE, "-e", script], input=json.dumps(value), capture_output=True, text=True, check=True
    )
    return json.loads(made.stdout)


@pytest.mark.skipif(NODE is None, reason="there is no node here")
def test_numbers_come_back_through_javascript_unchanged(catalogue: Catalogue) -> None:
    shown = settings_for_browser({"seed": NUMBERS})
    back = settings_from_browser(through_javascript(shown), VEO, catalogue)["seed"]
    assert [(value, type(value)) for value in back] == [(value, type(value)) for value in NUMBERS]


def test_what_is_no_number_there_stays_text(catalogue: Catalogue) -> None:
    settings = {
        "negative_prompt": "9007199254740993",
        "duration": "8",
        "generate_audio": True,
        "unknown": "7",
    }
    assert settings_from_browser(settings, VEO, catalogue) == settings
    for text in ("", "x", "1_000", "٣", "9" * 5000, "0x10"):
        assert settings_from_browser({"seed": text}, VEO, catalogue) == {"seed": text}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud83d"])
def test_what_cannot_be_sent_is_refused_before_it_is_shown(value: object) -> None:
    with pytest.raises(RekaError, match="cannot be shown"):
        settings_for_browser({"seed": value})
