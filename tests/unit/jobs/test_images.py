"""Test which bytes the service is sent for the images of every slot."""

import base64
import io
import json

import pytest
from PIL import Image

from reka_notebook import media
from reka_notebook.jobs import prepare
from reka_notebook.jobs.files.used_images import source_of
from reka_notebook.sandbox.service import Service


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
    """Return the inputs that the sandbox was sent, in order."""
    taken = Service.submit
    seen: list[dict] = []

    def submit(self, endpoint, body, *rest):
        seen.append(json.loads(body)["input"])
        return taken(self, endpoint, body, *rest)

    monkeypatch.setattr(Service, "submit", submit)
    return seen


def picture(uri: str) -> Image.Image:
    head, _, data = uri.partition(",")
    assert head in ("data:image/png;base64", "data:image/jpeg;base64")
    return Image.open(io.BytesIO(base64.b64decode(data)))


def plain(colour: str, size=(64, 36)) -> Image.Image:
    return Image.new("RGB", size, colour)


def go(process, model: str, images: dict, **values) -> None:
    wanted = prepare(process.controller.catalogue, "x", images, model=model, values=values)
    process.controller.submit(wanted, notebook_file=None).result(10)


def test_start_and_end_go_where_the_catalogue_says(process, sent) -> None:
    go(process, "kling-v3-pro", {"start": plain("red"), "end": plain("blue")}, duration="3")
    (given,) = sent
    assert given.keys() == {"prompt", "duration_seconds", "image_url", "end_image_url"}
    assert picture(given["image_url"]).getpixel((5, 5)) == (255, 0, 0)
    assert picture(given["end_image_url"]).getpixel((5, 5)) == (0, 0, 255)


def test_several_images_of_one_slot_go_as_a_list_in_order(process, sent) -> None:
    go(process, "nano-banana/edit", {"start": [plain("red"), plain("lime")]})
    (given,) = sent
    pixels = [picture(uri).getpixel((5, 5)) for uri in given["image_urls"]]
    assert pixels == [(255, 0, 0), (0, 255, 0)]


def test_one_image_of_a_slot_for_several_goes_as_a_list(process, sent) -> None:
    go(process, "nano-banana/edit", {"start": plain("red")})
    assert [picture(uri).size for uri in sent[0]["image_urls"]] == [(64, 36)]


def test_an_image_by_its_url_is_sent_as_that(process, sent) -> None:
    go(process, "kling-v3-pro", {"start": "https://pictures.test/a.jpg?size=9"})
    assert sent[0]["image_url"] == "https://pictures.test/a.jpg?size=9"


def test_a_large_image_is_bounded_before_it_is_sent(process, sent) -> None:
    go(process, "kling-v3-pro", {"start": plain("red", (3000, 1500))})
    assert picture(sent[0]["image_url"]).size == (2048, 1024)


def test_nothing_is_sent_that_was_not_asked_for(process, sent) -> None:
    go(process, "kling-v3-pro", {"start": plain("red")})
    assert sent[0].keys() == {"prompt", "image_url"}


def test_the_same_bytes_are_sent_again_after_a_crash(process, sent, start, sandbox) -> None:
    from reka_notebook.sandbox import Fault

    sandbox.faults.add(Fault("submit", "drop", "after", times=99))
    process.submit(image=plain("red"))
    while len(sent) < 2:
        pass
    process.kill()
    sandbox.faults.clear()
    (again,) = start(sandbox.url).controller.take_over()
    again.result(10)
    assert len({json.dumps(given) for given in sent}) == 1
    assert sum(charge.mismatched for charge in sandbox.ledger) == 0


def test_an_image_is_sent_as_it_is_framed_and_recorded_so(process, sent) -> None:
    halves = plain("red")
    halves.paste("lime", (32, 0, 64, 36))
    cut, padded = media.crop(halves, (32, 0, 32, 36)), media.pad(halves, "1:1", "#ffffff")
    go(process, "kling-v3-pro", {"start": cut, "end": padded}, duration="3")
    start, end = picture(sent[0]["image_url"]), picture(sent[0]["end_image_url"])
    assert (start.size, start.getpixel((2, 2)), start.getpixel((30, 30))) == (
        (32, 36),
        (0, 255, 0),
        (0, 255, 0),
    )
    assert (end.size, end.getpixel((5, 3)), end.getpixel((5, 32))) == ((64, 64), (255, 255, 255), (255, 0, 0))

    [take] = process.controller.takes(5)
    library = process.controller.library
    again = {
        slot: source_of(use, library.images.read(use.digest)) for slot, [use] in take.request.images.items()
    }
    assert again == {"start": cut, "end": padded}
    go(process, "kling-v3-pro", again, duration="3")
    assert len(sent) == 1, "the same framing is the same request"
    go(process, "kling-v3-pro", {"start": halves, "end": padded}, duration="3")
    assert picture(sent[1]["image_url"]).size == (64, 36)
