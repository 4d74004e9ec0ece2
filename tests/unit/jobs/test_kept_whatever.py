"""Test that what was paid for is kept, whatever is odd about it, and that no byte is fetched twice."""

import base64
import hashlib
import io
import json
import threading
import time

import msgspec
import pytest
from PIL import Image

from reka_notebook import media
from reka_notebook.commands.facts import take_facts
from reka_notebook.jobs import JobExpired, State
from reka_notebook.jobs.steps.fetch import NOT_ASKED
from reka_notebook.library.store.names import SIDECAR
from reka_notebook.output.html import plain, take_html
from reka_notebook.sandbox import Fault
from reka_notebook.sandbox.inference import Inference
from reka_notebook.widgets.studio.details import details
from tests.unit.jobs.files import Files
from tests.unit.media.conftest import write_sound, write_video


@pytest.fixture
def files():
    """Yield a host of files."""
    host = Files()
    yield host
    host.close()


@pytest.fixture
def output(monkeypatch, files):
    """Let the sandbox's outputs be what is given, or point to a file of the host."""

    def make(made=None) -> None:
        def result_json(self, now, output):
            answer = whole(self, now, output)
            there = {"video": {"url": f"{files.url}/film.mp4"}} if made is None else made
            return answer | {"output": there() if callable(there) else there} if answer["output"] else answer

        monkeypatch.setattr(Inference, "result_json", result_json)

    whole = Inference.result_json
    make()
    return make


def received(files) -> list[str | int]:
    return [status for _, status, _ in files.asked]


def answers_of(process, job) -> dict:
    return process.controller.library.jobs.get(job.id).answers


def test_a_film_with_bytes_behind_its_end_is_kept_at_once_with_a_remark(
    process, sandbox, output, files, film
) -> None:
    files.content = film.read_bytes() + b"x" * 43
    take = process.submit().result(10)
    assert received(files) == [200]
    assert take.path.read_bytes() == files.content
    (remark,) = take.remarks
    assert "43 bytes after its own end" in remark
    library = process.controller.library
    assert library.takes.get(take.id).remarks == [remark]
    assert json.loads(take.path.with_suffix(SIDECAR).read_text())["remarks"] == [remark]
    assert take_facts(take.record, library)["remarks"] == [remark]
    assert remark in plain(take)
    assert remark in take_html(take)
    assert (take.note, len(sandbox.ledger)) == ("", 1), "a person's own note is another thing"


def test_a_film_like_any_other_has_no_remarks(process, output, files, film) -> None:
    files.content = film.read_bytes()
    assert process.submit().result(10).remarks == []


def test_a_film_that_is_cut_off_is_believed_where_the_host_has_no_more_of_it(
    process, output, files, film
) -> None:
    files.content = film.read_bytes()[:-500]
    take = process.submit().result(10)
    assert received(files) == [200, 416], "asked for from where it stands, and no byte sent twice"
    assert (take.file.kind, take.path.read_bytes()) == ("video", files.content)
    assert any("missing at the source" in remark for remark in take.remarks)
    assert take.last_frame.size
    assert take.poster is not None
    assert take.frames(2)
    assert take.gif()


def test_a_film_that_is_cut_off_goes_on_where_the_host_has_more_of_it_by_now(
    process, output, files, film
) -> None:
    whole = film.read_bytes()
    files.content = whole[:-500]

    def grow(number):
        if number == 0:
            threading.Timer(0.005, setattr, (files, "content", whole)).start()

    files.breaks_at = grow
    take = process.submit().result(10)
    assert take.path.read_bytes() == whole
    assert take.remarks == []


def test_a_host_without_ranges_sends_the_same_bytes_once_more_and_is_believed(
    process, output, files, film
) -> None:
    files.content, files.ranges = film.read_bytes()[:-500], False
    take = process.submit().result(10)
    assert received(files) == [200, 200]
    assert take.path.read_bytes() == files.content
    assert take.remarks


@pytest.mark.parametrize("length", ["stated", "chunked"])
@pytest.mark.parametrize("what", ["noise", "a film whose index is spoilt", "a document"])
def test_what_cannot_be_decoded_is_kept_as_a_file_with_the_words_why(
    process, sandbox, output, files, film, what, length
) -> None:
    spoilt = film.read_bytes().replace(b"moov", b"xoov")
    files.content = {"noise": bytes(range(255, 0, -1)) * 50, "a document": b"%PDF-1.7 " + bytes(100)}.get(
        what, spoilt
    )
    files.length = length
    take = process.submit().result(10)
    assert len(files.asked) == 1, "what arrived whole is not fetched again"
    assert take.path.read_bytes() == files.content
    assert (take.file.kind, take.poster) == ("other", None)
    assert take.path.suffix == {"noise": ".bin", "a document": ".pdf"}.get(what, ".mp4")
    (remark,) = take.remarks
    assert remark.startswith("The file ")
    assert remark.endswith("It is kept as it came.")
    assert ".part" not in remark
    assert remark in plain(take)
    assert remark in take_html(take)
    assert process.submit().result(10).id == take.id
    assert len(sandbox.ledger) == 1


def test_what_cannot_be_decoded_and_states_no_length_is_asked_for_once_more(process, output, files) -> None:
    files.content, files.length = bytes(range(255, 0, -1)) * 50, "closed"
    take = process.submit().result(10)
    assert received(files) == [200, 416]
    assert (take.file.kind, take.path.read_bytes()) == ("other", files.content)


def test_an_error_of_the_decoder_itself_loses_nothing(process, output, files, film, monkeypatch) -> None:
    def fails(path, **_):
        raise RecursionError

    monkeypatch.setattr(media, "examine", fails)
    files.content = film.read_bytes()
    take = process.submit().result(10)
    assert (take.file.kind, take.file.media_type) == ("other", "video/mp4")
    assert take.path.read_bytes() == files.content
    assert take.remarks == ["The file cannot be decoded here (RecursionError). It is kept as it came."]


@pytest.mark.parametrize("page", [b"<html>Sign in</html>", b"", b'{"error": "expired"}', b"gone"])
def test_a_page_is_not_the_film_and_its_answer_is_kept(process, sandbox, output, files, film, page) -> None:
    files.content = page
    job = process.submit()
    with pytest.raises(JobExpired, match="fetched again, and not charged again") as caught:
        job.result(20)
    assert ".part" not in str(caught.value)
    assert answers_of(process, job)["result"]["output"]["video"]["url"].startswith(files.url)
    files.content = film.read_bytes()
    assert process.submit().result(10).path.read_bytes() == files.content
    assert len(sandbox.ledger) == 1


def test_a_page_does_not_take_the_place_of_what_had_arrived(process, output, files, film) -> None:
    whole = film.read_bytes()
    files.content, files.breaks_at = whole, lambda number: 5000
    with pytest.raises(JobExpired):
        process.submit().result(20)
    files.content, files.ranges, files.breaks_at = b"<html>" + b"Sign in " * 2000, False, lambda number: None
    with pytest.raises(JobExpired, match="HTML page"):
        process.submit().result(20)
    files.content, files.ranges, files.asked = whole, True, []
    assert process.submit().result(10).path.read_bytes() == whole
    (first, status, sent), *_ = files.asked
    assert status == 206
    assert sent < len(whole)
    assert first != "bytes=0-"


def test_bytes_that_had_arrived_outlast_a_second_answer_that_breaks_off(process, output, files, film) -> None:
    files.content, files.ranges = film.read_bytes()[:-500], False
    size = len(files.content)
    files.breaks_at = lambda number: None if number == 0 else 1000
    with pytest.raises(JobExpired):
        process.submit().result(20)
    library = process.controller.library
    assert max(path.stat().st_size for path in library.media.parts()) == size
    files.breaks_at = lambda number: None
    assert process.submit().result(10).path.read_bytes() == files.content


def test_a_host_that_sends_a_part_at_a_time_is_asked_for_the_rest(process, output, files, film) -> None:
    files.content, files.most = film.read_bytes(), 4000
    files.breaks_at = lambda number: 4000 if number == 0 else None
    take = process.submit().result(20)
    assert take.path.read_bytes() == files.content
    assert sum(sent for *_, sent in files.asked) == len(files.content)


def test_a_host_that_does_not_say_how_long_the_file_is_when_nothing_is_left(
    process, output, files, film
) -> None:
    files.content, files.unsatisfiable = film.read_bytes()[:-500], False
    take = process.submit().result(20)
    assert take.path.read_bytes() == files.content
    assert take.remarks


def test_a_file_that_has_become_another_one_meanwhile(process, output, files, film, tmp_path) -> None:
    def break_once(number):
        files.refusals = [(500, b"")] * 9
        return len(files.content) - 100

    files.content, files.breaks_at = film.read_bytes(), break_once
    with pytest.raises(JobExpired):
        process.submit().result(20)
    other = write_video(tmp_path / "other.mp4", seconds=0.1, size=(64, 48), sound=None).read_bytes()
    assert len(other) < len(files.content) - 100
    files.content, files.breaks_at, files.refusals = other, lambda number: None, []
    take = process.submit().result(20)
    assert (take.path.read_bytes(), take.remarks) == (other, [])


FORBIDDEN = (
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_that_refuses_every_fresh_url_is_told_and_the_answer_is_kept(
    process, sandbox, output, files, film, status
) -> None:
    files.content, files.refusals = film.read_bytes(), [(status, FORBIDDEN)] * 99
    job = process.submit()
    with pytest.raises(JobExpired) as caught:
        job.result(20)
    said = str(caught.value)
    assert f"127.0.0.1, refuses its URL: “Request has expired” (HTTP {status})" in said
    assert "fetched again, and not charged again" in said
    assert "API_KEY" not in said
    assert received(files) == [status] * 4
    assert [seen.step for seen in sandbox.log].count("result") == 4, "the first answer, and three fresh URLs"
    row = process.controller.library.jobs.get(job.id)
    assert (row.state, "result" in row.answers) == (State.EXPIRED, True)
    files.refusals = []
    assert process.submit().result(10).path.read_bytes() == files.content
    assert len(sandbox.ledger) == 1


def test_three_refusals_and_a_fresh_url_that_is_good(process, sandbox, output, files, film) -> None:
    files.content, files.refusals = film.read_bytes(), [(403, b"no")] * 3
    assert process.submit().result(10).path.read_bytes() == files.content
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("trickle", [0.05, 0.0])
def test_no_download_outlives_the_deadline_and_what_has_arrived_is_kept(
    start, sandbox, output, files, film, trickle
) -> None:
    process = start(sandbox.url, deadline=1.5)
    files.content, files.trickle, files.hang = film.read_bytes(), trickle, threading.Event()
    files.breaks_at = lambda number: None if trickle else 5000
    began = time.monotonic()
    with pytest.raises(JobExpired, match="could not be had"):
        process.submit().result(20)
    assert time.monotonic() - began < 10
    files.hang.set()
    files.hang, files.trickle, files.breaks_at, files.asked = None, 0.0, lambda number: None, []
    assert process.submit().result(10).path.read_bytes() == files.content
    assert files.asked[0][1] == 206


def test_bytes_in_an_answer_are_named_by_their_digest_once_they_are_kept(process, output, tmp_path) -> None:
    film = write_video(tmp_path / "a.mp4", seconds=1, sound=None).read_bytes()
    plain_text = base64.b64encode(film).decode()
    output({"video": {"url": f"data:video/mp4;base64,{plain_text}"}, "preview": "x" * 5000})
    take = process.submit().result(20)
    assert take.path.read_bytes() == film
    named = f"data:video/mp4;sha256={hashlib.sha256(film).hexdigest()},bytes={len(film)}"
    assert take.raw["result"]["output"] == {"video": {"url": named}, "preview": "x" * 5000}
    library = process.controller.library
    assert library.jobs.get(take.id).answers == take.raw
    sidecar = take.path.with_suffix(SIDECAR).read_bytes()
    assert named.encode() in sidecar
    assert plain_text.encode() not in sidecar
    assert len(msgspec.json.encode(library.takes.get(take.id))) < 20_000


@pytest.mark.parametrize("written", ["base64", "hexadecimal", "a list of bytes"])
def test_bytes_in_an_answer_are_named_however_they_are_written(process, output, film, written) -> None:
    data = film.read_bytes()
    ways = {
        "base64": base64.b64encode(data).decode(),
        "hexadecimal": data.hex(),
        "a list of bytes": list(data),
    }
    output({"video": ways[written]})
    take = process.submit().result(20)
    assert take.path.read_bytes() == data
    digest = hashlib.sha256(data).hexdigest()
    assert take.raw["result"]["output"]["video"] == f"data:video/mp4;sha256={digest},bytes={len(data)}"


def test_bytes_in_an_answer_stay_until_they_are_kept(process, output) -> None:
    page = base64.b64encode(b"<html>" + b"no " * 1000).decode()
    output({"video": {"url": f"data:video/mp4;base64,{page}"}})
    job = process.submit()
    with pytest.raises(JobExpired):
        job.result(20)
    assert answers_of(process, job)["result"]["output"]["video"]["url"].endswith(page)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_image_that_moves_is_a_video_s_result(process, output, files, kind) -> None:
    frames = [Image.new("RGB", (64, 48), (turn * 30, 0, 0)) for turn in range(6)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    files.content = buffer.getvalue()
    take = process.submit().result(10)
    assert (take.file.kind, take.path.suffix) == ("image", f".{kind.lower()}")
    assert take.file.duration == pytest.approx(0.6)
    assert "<img" in take_html(take)


VIDEOS = {".mkv": "libx264", ".avi": "mpeg4", ".mov": "libx264", ".webm": "libvpx-vp9", ".mp4": "libx264"}
VIDEOS |= {".ts": "libx264", ".mpg": "mpeg2video", ".flv": "flv1", ".wmv": "wmv2"}
SOUNDS = {
    ".flac": "flac",
    ".ogg": "libopus",
    ".m4a": "aac",
    ".mp3": "libmp3lame",
    ".wav": "pcm_s16le",
    ".aac": "aac",
    ".aiff": "pcm_s16be",
    ".caf": "pcm_s16be",
}


@pytest.mark.parametrize("ending", [*VIDEOS, *SOUNDS])
def test_results_of_known_kinds_keep_their_ending(process, output, files, tmp_path, ending) -> None:
    if ending in VIDEOS:
        made = write_video(tmp_path / f"a{ending}", VIDEOS[ending], seconds=0.3, size=(64, 48), sound=None)
    else:
        made = write_sound(tmp_path / f"a{ending}", SOUNDS[ending], seconds=1)
    files.content = made.read_bytes()
    take = process.submit().result(20)
    assert (take.path.suffix, take.path.read_bytes()) == (ending, files.content)
    assert take.file.kind == ("video" if ending in VIDEOS else "audio")
    assert take.poster is not None
    shown = take_html(take)
    assert ("<video" in shown) == (ending in (".mp4", ".webm", ".mov", ".mkv"))
    assert "<img" in shown, "a sound is shown by its waveform"
    assert ("Browsers play no" in shown) == (ending in (".avi", ".ts", ".mpg", ".flv", ".wmv"))
    assert take.remarks == []


@pytest.mark.parametrize("kind", ["AVIF", "TIFF", "BMP", "GIF", "JPEG"])
def test_pictures_of_known_kinds_keep_their_ending(process, output, files, kind) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, kind)
    files.content = buffer.getvalue()
    output({"images": [{"url": f"{files.url}/x"}]})
    take = process.submit("a cup", model="nano-banana/text-to-image").result(20)
    assert take.path.suffix == {"JPEG": ".jpg"}.get(kind, f".{kind.lower()}")
    assert f'src="data:image/{"jpeg" if kind == "TIFF" else kind.lower()};base64,' in take_html(take)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"message": "Blocked by the content filter"}, "Blocked by the content filter"),
        ({"video": None, "finish_reason": "content_filter"}, "content_filter"),
        ({"video": {}, "nsfw_detected": True}, "nsfw detected"),
        (
            {"rai": {"filtered_reasons": ["A person was recognised", "Violence"]}},
            "A person was recognised; Violence",
        ),
        ({"refusal": {"text": "I cannot make this"}}, "I cannot make this"),
    ],
)
def test_a_result_without_a_film_says_the_service_s_own_reason(process, output, made, said) -> None:
    output(made)
    with pytest.raises(JobExpired) as caught:
        process.submit().result(20)
    assert f"The service says: “{said}”." in str(caught.value)


def test_of_several_files_those_that_have_arrived_are_not_fetched_again(
    process, sandbox, output, files, film
) -> None:
    other = Files(refusals=[(404, b"no")] * 99, content=film.read_bytes())
    try:
        files.content, files.ranges = film.read_bytes(), False
        output({"videos": [{"url": f"{files.url}/1.mp4"}, {"url": f"{other.url}/2.mp4"}]})
        with pytest.raises(JobExpired, match="refuses its URL"):
            process.submit().result(20)
        assert received(files) == [200]
        other.refusals = []
        take = process.submit().result(20)
        assert received(files) == [200]
        assert [path.read_bytes() for path in take.paths] == [film.read_bytes()] * 2
        assert len(sandbox.ledger) == 1
    finally:
        other.close()


def test_a_film_is_not_given_up_for_a_picture_that_comes_with_it(process, output, files, film) -> None:
    gone = Files(refusals=[(404, b"no such picture")] * 9)
    try:
        files.content = film.read_bytes()
        output({"video": {"url": f"{files.url}/1.mp4"}, "image": {"url": f"{gone.url}/still.png"}})
        take = process.submit().result(20)
        assert [path.read_bytes() for path in take.paths] == [film.read_bytes()]
        (remark,) = take.remarks
        assert "A picture that came with it (image) could not be had" in remark
        assert "no such picture" in remark
        assert received(files) == [200]
        assert len(gone.asked) == 4, "fresh URLs were asked for"
    finally:
        gone.close()


def test_remarks_are_in_the_details(process, output, files, film) -> None:
    files.content = film.read_bytes() + b"x" * 43
    take = process.submit().result(10)
    shown = details(take, process.controller.catalogue, lambda text: text)
    assert [fact.text for fact in shown.facts if fact.label == "Remark"] == take.remarks


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("status", status=404, times=10_000), Fault("result", status=404, every=1)],
        [Fault("status", status=403, times=10_000), Fault("result", status=403, every=1)],
        [Fault("result", status=422, times=10_000)],
        [
            Fault("status", "nonsense", body='{"status": "FAILED"}', times=10_000),
            Fault(
                "result",
                "nonsense",
                body='{"status": "FAILED", "error": {"message": "Purged"}}',
                times=10_000,
            ),
        ],
        [Fault("result", "nonsense", body='{"status": "COMPLETED", "output": null}', times=2)],
    ],
    ids=["gone", "not let in", "no result", "failed by now", "empty by now"],
)
def test_a_film_is_had_by_the_kept_answer_whatever_the_service_says_later(
    process, sandbox, output, files, film, faults
) -> None:
    files.content, files.refusals = film.read_bytes(), [(403, b"no")] * 99
    job = process.submit()
    with pytest.raises(JobExpired, match="The service's answer is kept"):
        job.result(20)
    files.refusals = []
    sandbox.faults.add(*faults)
    again = process.submit()
    assert again.id == job.id
    take = again.result(20)
    assert take.path.read_bytes() == files.content
    assert take.raw["result"]["output"]["video"]["url"].startswith(files.url)
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("refusal", [403, 500])
def test_a_film_that_had_arrived_whole_is_kept_though_its_host_refuses_now(
    process, sandbox, output, files, film, refusal
) -> None:
    """A process was killed between the last byte and the place in the library, and the link has expired since."""
    files.content, files.refusals = film.read_bytes(), [(403, b"no")] * 99
    job = process.submit()
    with pytest.raises(JobExpired):
        job.result(20)
    library = process.controller.library
    epoch = library.jobs.get(job.id).epoch
    library.media.part(job.id, 0, epoch).write_bytes(film.read_bytes())
    files.refusals = [(refusal, b"no")] * 99
    take = process.submit().result(20)
    assert take.path.read_bytes() == film.read_bytes()
    assert take.remarks == [NOT_ASKED]
    assert len(sandbox.ledger) == 1


def test_half_a_film_is_not_kept_where_its_host_refuses(process, output, files, film) -> None:
    files.content, files.breaks_at = film.read_bytes(), lambda number: 5000
    with pytest.raises(JobExpired):
        process.submit().result(20)
    files.refusals = [(403, b"no")] * 99
    with pytest.raises(JobExpired, match="refuses its URL"):
        process.submit().result(20)


def test_a_text_is_kept_where_a_model_makes_no_film(process, output, files, photo) -> None:
    files.content = b'{"objects": [{"label": "cup", "box": [1, 2, 3, 4]}]}'
    output({"objects": {"url": f"{files.url}/boxes.json"}, "file_url": f"{files.url}/boxes.json"})
    take = process.submit("the cup", image=photo, model="some-model/image-to-bbox").result(10)
    assert (take.file.kind, take.file.media_type, take.remarks) == ("boxes", "application/json", [])
    assert b"cup" in take.path.read_bytes()
    assert [(box.label, box.pixels) for box in take.boxes] == [("cup", (1, 2, 2, 2))]


def test_parts_of_two_files_are_not_kept_as_one(process, output, files, tmp_path) -> None:
    """It was made anew between two answers, and its host goes on with the new one where the old one broke off."""
    first = write_video(tmp_path / "1.mp4", seconds=1, size=(320, 240), sound=None).read_bytes()
    second = write_video(tmp_path / "2.mp4", seconds=3, size=(480, 360), sound=None).read_bytes()

    def break_once(number):
        if number:
            return None
        files.content = second
        return len(first) // 2

    files.content, files.breaks_at = first, break_once
    take = process.submit().result(20)
    assert received(files) == [200, 206, 200]
    assert take.path.read_bytes() == second
    assert take.remarks == []
