"""Test the ways of an image into its slot, with everything that a browser may send, wrong or hostile."""

import hashlib
import io
import shutil
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from PIL import Image

from reka_notebook import media
from reka_notebook.library import Library
from reka_notebook.media import ImageError
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.slots import ImageSlots
from reka_notebook.widgets.studio.uploads import CHUNK

HOSTILE = "../../x<script>.png"


class Slots:
    """Hold the slots of one form, and act as the browser in front of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.library = Library(home)
        self.shown: list[protocol.Image] = []
        self.chunks = 0
        self.slots = ImageSlots(self.library, self._show)

    def _show(self, images: list[protocol.Image]) -> None:
        self.shown = images

    def ask(self, request: protocol.Request, buffers: Sequence[bytes] = ()) -> Any:
        value, _ = anyio.run(self.slots.handlers[type(request)], request, buffers)
        return value

    def begin(self, data: bytes, name: str = "photo.jpg") -> protocol.UploadBeginValue:
        return self.ask(
            protocol.UploadBegin(id="1", slot="start", name=name, size=len(data), media_type="image/png")
        )

    def known(self, upload: str, digest: str) -> bool:
        return self.ask(protocol.UploadKnown(id="5", upload=upload, digest=digest)).known

    def chunk(self, upload: str, index: int, data: bytes) -> int:
        self.chunks += 1
        part = data[index * CHUNK : (index + 1) * CHUNK]
        return self.ask(protocol.UploadChunk(id="2", upload=upload, index=index), [part]).received

    def end(self, upload: str) -> protocol.Image:
        return self.ask(protocol.UploadEnd(id="3", upload=upload))

    def send(self, data: bytes, name: str = "photo.jpg", digest: str | None = None) -> protocol.Image:
        """Return what the browser does with a file."""
        begun = self.begin(data, name)
        digest = sha(data) if digest is None else digest
        if not (begun.alike and self.known(begun.upload, digest)):
            for index in range(-(-len(data) // CHUNK)):
                self.chunk(begun.upload, index, data)
        return self.end(begun.upload)


@pytest.fixture
def slots(tmp_path: Path) -> Slots:
    return Slots(tmp_path / "home" / "library")


def sha(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def png(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few hundred bytes that says it has 30,000 × 30,000 pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(200_000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


# --- a file that was sent before ------------------------------------------------------------------------------------


def test_the_same_file_travels_once(slots: Slots) -> None:
    data = png()
    first = slots.send(data)
    assert slots.chunks == 1
    slots.ask(protocol.ImageClear(id="4", slot="start"))
    again = slots.send(data, "another name.png")
    assert slots.chunks == 1
    assert (again.digest, again.name) == (first.digest, "another name.png")
    assert slots.shown == [again]


def test_only_a_file_of_as_many_bytes_is_asked_for_by_its_digest(slots: Slots) -> None:
    data = png()
    assert not slots.begin(data).alike
    slots.send(data)
    assert not slots.begin(data + b"more").alike
    begun = slots.begin(bytes(len(data)))
    assert begun.alike
    assert not slots.known(begun.upload, sha(bytes(len(data))))


def test_where_the_images_cannot_be_looked_at_the_file_is_sent(slots: Slots) -> None:
    data = png()
    slots.send(data)
    shutil.rmtree(slots.home / "images")
    assert not slots.begin(data).alike


def test_a_lie_about_the_digest_places_the_named_image_or_none_that_is_trusted(slots: Slots) -> None:
    red, blue = png("red").ljust(200, b"\0"), png("blue").ljust(200, b"\0")
    slots.send(red)
    # Of another size, it is not taken for the named one; and what comes then is named by its own bytes.
    longer = blue + b"more"
    begun = slots.begin(longer)
    assert not slots.known(begun.upload, sha(red))
    slots.chunk(begun.upload, 0, longer)
    assert slots.end(begun.upload).digest == sha(longer)
    # Of the same size and said to be red, it is red that is placed, and said to be.
    placed = slots.send(blue, digest=sha(red))
    assert (placed.digest, slots.library.images.read(placed.digest)) == (sha(red), red)


@pytest.mark.parametrize(
    "digest", ["", "sha256:", "sha256:" + "0" * 64, "../../../etc/passwd", "sha256:../x"]
)
def test_a_digest_that_names_nothing_is_no_error(slots: Slots, digest: str) -> None:
    data = png()
    begun = slots.begin(data)
    assert not slots.known(begun.upload, digest)
    slots.chunk(begun.upload, 0, data)
    assert slots.end(begun.upload).digest == sha(data)


def test_a_file_damaged_in_the_library_is_sent_again(slots: Slots) -> None:
    data = png()
    slots.send(data)
    slots.library.images.path(sha(data)).write_bytes(bytes(len(data)))
    assert not slots.known(slots.begin(data).upload, sha(data))


def test_pixels_from_a_notebook_are_no_file(slots: Slots) -> None:
    source = media.load(Image.new("RGB", (64, 48), "red"))
    slots.slots.put("start", source)
    data = source.data or b""
    assert not slots.known(slots.begin(data).upload, source.digest)


# --- what may be wrong ----------------------------------------------------------------------------------------------


def test_a_name_is_reduced_and_nothing_is_written_outside_the_library(slots: Slots) -> None:
    before = set(slots.home.parent.parent.rglob("*")) - set(slots.home.rglob("*"))
    image = slots.send(png(), HOSTILE)
    assert image.name == "x<script>.png"  # shown as text, never as markup
    assert set(slots.home.parent.parent.rglob("*")) - set(slots.home.rglob("*")) == before
    assert [file.name for file in slots.library.images.files()] == [image.digest.removeprefix("sha256:")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "export it as PNG first"),
        (bomb, "900 megapixels"),
        (lambda: png()[:-30], "cut short|damaged"),
        (lambda: b"\x00" * 5000, "not an image"),
    ],
    ids=["svg", "bomb", "cut short", "nothing"],
)
def test_what_is_no_image_is_refused_in_words_and_not_kept(
    slots: Slots, data: Callable[[], bytes], words: str
) -> None:
    there = slots.send(png())
    with pytest.raises(ImageError, match=words):
        slots.send(data(), "bad.png")
    assert slots.shown == [there]
    assert len(slots.library.images.files()) == 1


def test_a_part_that_is_lost_is_said_and_one_that_comes_twice_counts_once(slots: Slots) -> None:
    data = media.load(Image.effect_noise((900, 900), 80)).data or b""
    assert len(data) > CHUNK
    begun = slots.begin(data)
    slots.chunk(begun.upload, 0, data)
    with pytest.raises(ImageError, match="part missing"):
        slots.end(begun.upload)
    begun = slots.begin(data)
    assert [slots.chunk(begun.upload, index, data) for index in (1, 0, 0, 1)][-2:] == [len(data), len(data)]
    assert slots.end(begun.upload).digest == sha(data)


def test_uploads_that_nobody_ends_are_few(slots: Slots) -> None:
    begun = [slots.begin(png()).upload for _ in range(40)]
    assert sum(slots.slots._uploads.expects(upload) for upload in begun) == 4
    with pytest.raises(ImageError, match="Upload lost"):
        slots.end(begun[0])


# --- framing --------------------------------------------------------------------------------------------------------


def test_what_would_be_sent_is_said_without_changing_anything(slots: Slots) -> None:
    there = slots.send(png(size=(640, 480)))
    for framing, words in (
        (protocol.Framing("crop", [0, 60, 640, 360], aspect="16:9"), "640 × 360 PNG"),
        (protocol.Framing("pad", ratio="16:9", colour="#000000"), "padded to 16:9 with black"),
        (protocol.Framing("whole"), there.sends),
    ):
        request = protocol.ImageFrame(id="5", slot="start", digest=there.digest, framing=framing)
        assert words in slots.ask(request).sends
    assert slots.shown == [there]


@pytest.mark.parametrize(
    "framing",
    [
        protocol.Framing("crop"),
        protocol.Framing("crop", [0, 0, 5]),
        protocol.Framing("crop", [0, 0, 650, 480]),
        protocol.Framing("pad", ratio="16:9"),
        protocol.Framing("pad", ratio="1" * 5000 + ":1", colour="#000000"),
        protocol.Framing("pad", ratio="16:9", colour="red;}"),
    ],
)
def test_a_framing_that_does_not_fit_is_refused(slots: Slots, framing: protocol.Framing) -> None:
    there = slots.send(png(size=(640, 480)))
    with pytest.raises(ImageError):
        slots.slots.asked({"start": there.digest}, {"start": framing})
    assert slots.shown == [there]


def test_an_image_that_was_cropped_in_python_is_shown_so(slots: Slots) -> None:
    view = slots.slots.put("start", media.crop(png(size=(640, 480)), "1:1"))
    assert view.framing == protocol.Framing("crop", [80, 0, 480, 480])
    assert view.sends.startswith("480 × 480")
    assert slots.slots.asked({"start": view.digest}, {})["start"].framing == media.Crop(80, 0, 480, 480)
