"""Test that an image URL only this machine can fetch is refused before anything is written."""

from pathlib import Path

import pytest

from reka_notebook import config
from reka_notebook.jobs import Controller, PreparedRequest, prepare
from reka_notebook.media import ImageError
from tests.processes import MODEL, SECRET

URL = "http://localhost:8888/files/photo.jpg?token=51ee7"


def elsewhere(tmp_path: Path) -> Controller:
    """Return a controller of a service that is not on this machine; nothing is ever sent to it."""
    config.configure(base_url="https://reka.invalid", api_key=SECRET, home=tmp_path / "library")
    return Controller(config.settings())


def wanted(controller: Controller, image: object, **options: object) -> PreparedRequest:
    return prepare(controller.catalogue, "a slow dolly in", {"start": image}, model=MODEL, **options)


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://127.1/photo.jpg",
        "http://[::1]/photo.jpg",
        "http://169.254.169.254/latest/photo.jpg",
        "https://nas/photo.jpg",
    ],
)
def test_it_is_refused_with_the_way_to_send_the_bytes(tmp_path: Path, url: str) -> None:
    controller = elsewhere(tmp_path)
    asked = wanted(controller, url)
    with pytest.raises(ImageError, match=r"Nothing was sent\. Send the image itself instead"):
        controller.submit(asked, notebook_file=None)
    assert controller.library.jobs.all() == []
    assert list((controller.library.home / "pending").iterdir()) == []


def test_a_url_in_any_other_field_is_looked_at_too(tmp_path: Path) -> None:
    controller = elsewhere(tmp_path)
    image = "https://example.org/photo.jpg"
    for undeclared in (
        {"style_image_url": URL},
        {"references": [{"image_url": URL}]},
        {"mask": f" {URL} "},
    ):
        with pytest.raises(ImageError, match="private network"):
            controller.submit(wanted(controller, image, undeclared=undeclared), notebook_file=None)
    assert controller.library.jobs.all() == []


def test_a_prompt_may_speak_of_any_address(tmp_path: Path) -> None:
    controller = elsewhere(tmp_path)
    one = prepare(
        controller.catalogue, "http://localhost", {"start": "https://example.org/a.jpg"}, model=MODEL
    )
    assert one.urls == ["https://example.org/a.jpg"]


def test_a_sandbox_on_this_machine_may_be_given_it(process, sandbox) -> None:
    assert process.submit(image=URL).result(10).request.images["start"][0].url == URL
    assert len(sandbox.ledger) == 1
