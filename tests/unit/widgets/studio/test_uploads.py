import sys
from types import ModuleType

import anyio
import pytest

from reka_notebook import config
from reka_notebook.media import ImageError
from reka_notebook.widgets import protocol
from reka_notebook.widgets.studio.studio import Studio
from reka_notebook.widgets.studio.uploads import CHUNK, TOGETHER, Uploads, together


def test_chunks_come_in_any_order_and_twice() -> None:
    uploads, data = Uploads(), bytes(range(256)) * (CHUNK // 256 * 2) + b"end"
    upload = uploads.begin("start", "photo.jpg", len(data))
    for index in (2, 0, 0, 1):
        uploads.chunk(upload, index, data[index * CHUNK : (index + 1) * CHUNK])
    assert uploads.end(upload)[1] == data


def test_a_part_that_is_missing_or_of_the_wrong_size_is_refused() -> None:
    uploads = Uploads()
    upload = uploads.begin("start", "photo.jpg", CHUNK + 3)
    with pytest.raises(ImageError, match="wrong size"):
        uploads.chunk(upload, 1, b"long")
    with pytest.raises(ImageError, match="wrong size"):
        uploads.chunk(upload, 2, b"x")
    uploads.chunk(upload, 1, b"abc")
    with pytest.raises(ImageError, match="part missing"):
        uploads.end(upload)
    assert not uploads.expects(upload)


@pytest.mark.parametrize(("size", "words"), [(0, "is empty"), (51_000_000, "up to 50 MB")])
def test_the_size_is_bounded_before_a_byte_comes(size: int, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        Uploads().begin("start", "photo.jpg", size)


def test_a_message_may_hold_several_chunks_but_not_in_colab(photo, monkeypatch) -> None:
    assert TOGETHER * CHUNK < 5_000_000
    assert together() == TOGETHER
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert together() == 1


def test_the_chunks_of_a_message_follow_each_other(photo) -> None:
    config.configure(base_url="http://127.0.0.1:9")
    studio = Studio()
    slots, data = studio._slots, bytes(range(256)) * (CHUNK // 256 * 3) + b"end"
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    upload = slots._uploads.begin("start", "photo.jpg", len(data))

    def come(index: int, *buffers: bytes) -> int:
        value, _ = anyio.run(
            slots._upload_chunk, protocol.UploadChunk(id="1", upload=upload, index=index), buffers
        )
        return value.received

    assert come(2, *chunks[2:]) == CHUNK + 3
    assert come(0, *chunks[:2]) == len(data)
    assert come(1, *chunks[1:3]) == len(data)
    assert slots._uploads.end(upload)[1] == data
    with pytest.raises(ImageError, match="wrong size"):
        come(2, *chunks[2:], b"more")
    with pytest.raises(ImageError, match="wrong size"):
        come(0)
    studio.close()


def test_an_image_stopped_while_it_is_looked_at_does_not_come_in(photo, monkeypatch) -> None:
    config.configure(base_url="http://127.0.0.1:9")
    data = photo.read_bytes()
    studio = Studio()
    slots = studio._slots
    stopping = True
    keep = slots._keep

    def look(slot, source):
        if stopping:
            slots._uploads.abort(upload)
        return keep(slot, source)

    monkeypatch.setattr(slots, "_keep", look)
    for stopping in (True, False):
        upload = slots._uploads.begin("start", "photo.jpg", len(data))
        slots._uploads.chunk(upload, 0, data)
        end = protocol.UploadEnd(id="1", upload=upload)
        if stopping:
            with pytest.raises(ImageError, match="stopped"):
                anyio.run(slots._upload_end, end, ())
            assert studio.images == []
        else:
            anyio.run(slots._upload_end, end, ())
    assert [image["name"] for image in studio.images] == ["photo.jpg"]
    studio.close()
