"""Test outputs of every shape: files are kept whole, and nothing else is taken for one."""

import asyncio
import base64
import json

import pytest

from reka_notebook import media
from reka_notebook.jobs import JobExpired, JobFailed, State
from reka_notebook.sandbox import Fault
from reka_notebook.sandbox.inference import Inference


@pytest.fixture
def output(monkeypatch):
    """Let the sandbox's outputs be what a function makes of the film's URL."""

    def make(shape, *, bare: bool = False) -> None:
        def result_json(self, now, output):
            answer = whole(self, now, output)
            if output is None:
                return answer
            made = shape(output["video"]["url"])
            return made if bare else answer | {"output": made}

        monkeypatch.setattr(Inference, "result_json", result_json)

    whole = Inference.result_json
    return make


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


SHAPES = {
    "video object": lambda url: {"video": {"url": url, "width": 1}},
    "video string": lambda url: {"video": url},
    "videos": lambda url: {"videos": [{"url": url}]},
    "path": lambda url: {"video": {"url": path_of(url)}},
    "wrapped twice": lambda url: {"output": {"video": {"url": url}}},
    "unheard-of name": lambda url: {"seed": 3, "result": {"download": url}},
    "a list": lambda url: [url],
    "a string": lambda url: url,
    "nested lists": lambda url: {"data": [[{"url": url}], []]},
    "with the page of a licence": lambda url: {
        "video": {"url": url},
        "licence": url.rsplit("/sandbox")[0] + "/",
    },
    "with what was sent": lambda url: {
        "input": {"image_url": "http://127.0.0.1:9/a.png"},
        "video": {"url": url},
    },
    "a name with what it is": lambda url: {"video_url": url, "duration": 5},
    "camel case": lambda url: {"downloadUrl": url},
    "a path under an unheard-of name": lambda url: {"weird": path_of(url)},
    "no scheme": lambda url: {"uri": url.removeprefix("http:")},
    "in words": lambda url: {"text": f"Your film: {url} (for a day)", "note": "see https://docs.test/x."},
    "JSON in a string": lambda url: json.dumps({"video": {"url": url}}),
    "with dead previews": lambda url: {
        "thumbnail_url": "http://127.0.0.1:9/t.jpg",
        "images": [{"url": "http://127.0.0.1:9/i.jpg"}],
        "generations": [{"video": {"uri": url}}],
    },
    "with addresses of the service": lambda url: {"status_url": "/v2/x", "webhook_url": "/w", "asset": url},
    "unheard-of, with a page": lambda url: {"a": url.rsplit("/sandbox")[0] + "/", "b": {"url": url}},
    "unheard-of, with a dead link": lambda url: {"a": "http://127.0.0.1:9/x", "b": {"url": url}},
}


@pytest.mark.draw(13)
@pytest.mark.parametrize(
    ("shape", "bare"),
    [(shape, False) for shape in SHAPES] + [(shape, True) for shape in SHAPES if not shape.startswith("a ")],
)
def test_the_video_is_found_in_any_shape(process, sandbox, output, film, shape, bare) -> None:
    output(SHAPES[shape], bare=bare)
    take = process.submit().result(20)
    assert [path.read_bytes() for path in take.paths] == [film.read_bytes()]
    assert (take.file.kind, len(sandbox.ledger)) == ("video", 1)


def test_a_file_may_come_inside_the_answer(process, output, film) -> None:
    data = base64.b64encode(film.read_bytes()).decode()
    output(lambda url: {"video": {"url": f"data:video/mp4;base64,{data}"}})
    take = process.submit().result(10)
    assert take.path.read_bytes() == film.read_bytes()
    assert take.path.suffix == ".mp4"


@pytest.mark.parametrize(
    "uri", ["data:video/mp4;base64,AAAA", "data:video/mp4;base64,%%%", "data:,hello", "data:"]
)
def test_a_file_inside_the_answer_that_is_none_is_not_kept(process, sandbox, output, uri) -> None:
    output(lambda url: {"video": {"url": uri}})
    job = process.submit()
    with pytest.raises(JobExpired, match="could not be had"):
        job.result(20)
    assert process.controller.library.jobs.get(job.id).answers["result"]["output"]["video"]["url"] == uri
    assert not [path for path in process.controller.library.media.path(".").rglob("*") if path.is_file()]


@pytest.mark.parametrize("made", [{"message": "ready"}, {"video": {"id": 7}}, {"frames": 24}, "done", 7])
def test_an_output_without_a_file_is_no_video_and_its_answer_is_kept(process, sandbox, output, made) -> None:
    output(lambda url: made)
    job = process.submit()
    with pytest.raises(JobExpired, match="points to no file"):
        job.result(10)
    row = process.controller.library.jobs.get(job.id)
    assert (row.state, row.answers["result"]["output"]) == (State.EXPIRED, made)
    output(lambda url: {"video": {"url": url}})
    assert process.submit().result(10).id == job.id
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize("empty", [None, {}, [], ""])
def test_an_output_that_is_still_empty_is_asked_for_again(process, sandbox, output, empty) -> None:
    answers = iter([empty, empty])
    output(lambda url: next(answers, {"video": {"url": url}}))
    assert process.submit().result(10).file.kind == "video"
    assert len(sandbox.ledger) == 1


def test_a_thumbnail_is_not_taken_for_the_video(process, sandbox, output, photo) -> None:
    thumbnail = f"data:image/jpeg;base64,{base64.b64encode(photo.read_bytes()).decode()}"
    output(lambda url: {"preview": thumbnail})
    job = process.submit()
    with pytest.raises(JobExpired, match="holds an image and no video"):
        job.result(10)
    output(lambda url: {"preview": thumbnail, "film": url})
    take = process.submit().result(10)
    assert [file.kind for file in take.record.files] == ["video"], "a preview is no part of the result"
    assert len(sandbox.ledger) == 1


def test_a_video_that_comes_with_an_error_beside_it_was_paid_for_and_is_kept(
    process, sandbox, output, monkeypatch
) -> None:
    output(lambda url: {"video": {"url": url}})
    made = Inference.result_json
    beside = {"error": {"type": "warning", "message": "The sound was left out"}}
    monkeypatch.setattr(Inference, "result_json", lambda *given: made(*given) | beside)
    take = process.submit().result(10)
    assert take.file.kind == "video"
    assert take.raw["result"]["error"] == beside["error"]
    assert len(sandbox.ledger) == 1


def test_a_download_that_is_cut_again_and_again_goes_on_as_long_as_it_grows(
    process, sandbox, film, monkeypatch
) -> None:
    monkeypatch.setattr("reka_notebook.jobs.steps.keeping.SLOWEST", 64)
    sandbox.faults.add(Fault("media", "truncate", keep=0.1, times=9))
    assert process.submit().result(20).path.read_bytes() == film.read_bytes()
    assert [seen.status for seen in sandbox.log if seen.step == "media"].count(206) == 9


def test_a_file_waits_as_long_as_its_server_wants(process, sandbox) -> None:
    sandbox.faults.add(Fault("media", "status", status=503, headers={"Retry-After": "1"}))
    process.submit().result(20)
    first, second = [seen.at for seen in sandbox.log if seen.step == "media"]
    assert second - first >= 1.0


def test_several_files_are_kept_together(process, output, film) -> None:
    output(lambda url: {"videos": [{"url": url}, {"url": f"{url}?fresh=0"}]})
    take = process.submit().result(10)
    assert len(set(take.paths)) == 2
    assert [media.probe(path).kind for path in take.paths] == ["video", "video"]


def test_of_several_files_all_are_kept_or_none(process, sandbox, output) -> None:
    output(lambda url: {"videos": [{"url": url}, {"url": f"{url}?no"}]})
    sandbox.faults.add(Fault("media", "status", status=500, skip=1, times=99))
    job = process.submit()
    with pytest.raises(JobExpired):
        job.result(20)
    assert process.controller.takes() == []
    sandbox.faults.clear()
    assert len(process.submit().result(10).paths) == 2


def test_boxes_are_kept_as_they_are(process, sandbox, photo) -> None:
    take = process.submit("the cup, the spoon", image=photo, model="some-model/image-to-bbox").result(10)
    assert take.file.media_type == "application/json"
    assert b'"label"' in take.path.read_bytes()
    assert take.kind == "boxes"
    assert {box.label.removeprefix("the ") for box in take.boxes} == {"cup", "spoon"}
    assert take.poster is not None


@pytest.mark.parametrize(
    ("model", "kind"),
    [("nano-banana/text-to-image", "image"), ("some-model/text-to-speech", "audio")],
)
def test_pictures_and_sounds_are_kept_too(sandboxes, start, model, kind) -> None:
    process = start(sandboxes(media=None, render="small").url)
    take = process.submit("a quiet harbour", model=model).result(20)
    assert take.file.kind == kind


def test_a_page_in_place_of_the_file_is_never_a_take(process, sandbox) -> None:
    sandbox.faults.add(Fault("media", "html", every=1, times=999))
    job = process.submit()
    with pytest.raises(JobExpired, match=r"not charged again"):
        job.result(20)
    assert process.controller.takes() == []
    sandbox.faults.clear()
    assert process.submit().result(10).id == job.id


def test_a_download_goes_on_where_it_broke_off(process, sandbox) -> None:
    sandbox.faults.add(Fault("media", "truncate", keep=0.5, times=2))
    take = process.submit().result(20)
    assert media.probe(take.path).kind == "video"
    assert [seen.status for seen in sandbox.log if seen.step == "media"] == [200, 206, 206]


@pytest.mark.parametrize("status", [403, 410])
def test_a_url_that_has_expired_is_asked_for_anew(process, sandbox, status) -> None:
    sandbox.faults.add(Fault("media", "expired", status=status))
    process.submit().result(20)
    steps = [seen.step for seen in sandbox.log if seen.step in ("result", "media")]
    assert steps == ["result", "media", "result", "media"]


def test_a_download_goes_on_under_another_url(process, sandbox) -> None:
    sandbox.faults.add(Fault("media", "truncate", keep=0.5), Fault("media", "expired", status=403))
    process.submit().result(20)
    media_statuses = [seen.status for seen in sandbox.log if seen.step == "media"]
    assert media_statuses == [200, 403, 206]


def test_a_file_that_trickles_in_is_asked_for_anew_and_comes_to_an_end(
    process, sandbox, film, monkeypatch
) -> None:
    """No silence is ever long enough for a time-out, and the file would take for ever."""
    monkeypatch.setattr("reka_notebook.jobs.steps.fetch.WINDOW", 0.1)
    monkeypatch.setattr("reka_notebook.sandbox.answers.CHUNK", 64)
    whole = asyncio.sleep

    async def slow(seconds: float) -> None:
        await whole(seconds or 0.02)

    monkeypatch.setattr("reka_notebook.sandbox.answers.asyncio.sleep", slow)
    job = process.submit()
    with pytest.raises(JobExpired, match=r"came at \d+ bytes in"):
        job.result(20)
    monkeypatch.setattr("reka_notebook.sandbox.answers.asyncio.sleep", whole)
    monkeypatch.setattr("reka_notebook.jobs.steps.fetch.WINDOW", 60.0)
    assert process.submit().result(20).path.read_bytes() == film.read_bytes()
    assert 206 in [seen.status for seen in sandbox.log], "what had trickled in was not for nothing"


WRITTEN = {
    "a data: URI": lambda data: {"video": f"data:video/mp4;base64,{base64.b64encode(data).decode()}"},
    "DATA:": lambda data: {"x": f" DATA:video/mp4;charset=x;BASE64,{base64.b64encode(data).decode()}"},
    "base64": lambda data: {"b64_json": base64.b64encode(data).decode()},
    "base64 with lines": lambda data: {"content": base64.encodebytes(data).decode()},
    "base64 for URLs, unpadded": lambda data: {"x": base64.urlsafe_b64encode(data).decode().rstrip("=")},
    "hexadecimal": lambda data: {"data": data.hex()},
    "bytes": lambda data: {"buffer": {"type": "Buffer", "data": list(data)}},
    "a string alone": lambda data: base64.b64encode(data).decode(),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_film_in_the_answer_itself_is_found_in_whichever_way_it_is_written(
    process, output, film, way
) -> None:
    output(lambda url: WRITTEN[way](film.read_bytes()))
    assert process.submit().result(20).path.read_bytes() == film.read_bytes()


@pytest.fixture
def answer(monkeypatch):
    """Let the sandbox's results be what a function makes of the whole answer and the film's URL."""

    def make(change) -> None:
        def result_json(self, now, output):
            said = whole(self, now, output)
            return said if output is None else change(said, output["video"]["url"])

        monkeypatch.setattr(Inference, "result_json", result_json)

    whole = Inference.result_json
    return make


ERROR = {"type": "partial", "message": "the sound was left out"}


@pytest.mark.parametrize(
    "made",
    [
        lambda url: {"output": {"video_url": url}, "error": ERROR},
        lambda url: {"output": {"weird": url}, "error": ERROR},
        lambda url: {"output": {"video_url": url}, "error": ERROR, "status": "FAILED"},
        lambda url: {"output": None, "video_url": url, "error": ERROR},
        lambda url: {"output": {"text": "done"}, "result": {"url": url}, "error": ERROR},
    ],
)
def test_a_film_goes_before_the_error_beside_it_which_is_told(process, answer, film, made) -> None:
    answer(lambda said, url: {**said, **made(url)})
    take = process.submit().result(20)
    assert take.path.read_bytes() == film.read_bytes()
    assert any("the sound was left out" in remark for remark in take.record.remarks)


@pytest.mark.parametrize(
    "output_said",
    [
        {},
        {"docs": "http://127.0.0.1:9/errors"},
        {"thumbnail_url": "http://127.0.0.1:9/t.jpg"},
        {"weird": "http://127.0.0.1:9/x"},
        {"input": {"image_url": "http://127.0.0.1:9/i.jpg"}},
    ],
)
def test_an_error_without_a_film_is_a_failure_with_the_services_words(process, answer, output_said) -> None:
    answer(lambda said, url: {**said, "output": output_said, "error": ERROR})
    with pytest.raises(JobFailed, match="the sound was left out"):
        process.submit().result(20)
