"""Test that a film is found wherever the service puts it: by another route, at once, or compressed."""

import gzip
import json
import zlib

import pytest

from reka_notebook.api import Patience, transport
from reka_notebook.jobs import JobExpired, JobFailed, runner
from reka_notebook.library.store.names import SIDECAR
from tests.processes import SECRET
from tests.unit.jobs.service import Service, http

NOT_FOUND = http(404, {"detail": "Not Found"})


@pytest.fixture
def service(film):
    scripted = Service(film.read_bytes())
    yield scripted
    scripted.close()


def kept(start, service, **settings):
    return start(service.url, **settings).submit().result(20)


@pytest.mark.parametrize("code", [404, 405, 410, 422, 500])
def test_a_film_in_the_status_is_had_though_the_result_route_has_none(start, service, film, code) -> None:
    service.say(
        "status", {"request_id": "r-1", "status": "COMPLETED", "output": {"video_url": service.film_url}}
    )
    service.say("result", http(code, {"detail": "no"}))
    assert kept(start, service).path.read_bytes() == film.read_bytes()


@pytest.mark.parametrize(
    "status",
    [
        {"request_id": "r-1", "output": {"video_url": "FILM"}},
        {"request_id": "r-1", "status": "zork", "video": {"url": "FILM"}},
        {"id": "r-1", "status": "succeeded", "urls": {"get": "/r-1", "web": "/w"}, "output": ["FILM"]},
        {"request_id": "r-1", "status": "FAILED", "error": "no sound", "video_url": "FILM"},
    ],
)
def test_a_film_in_a_status_of_another_shape_is_had(start, service, film, status) -> None:
    service.say("status", json.loads(json.dumps(status).replace("FILM", service.film_url)))
    service.say("result", NOT_FOUND)
    take = kept(start, service)
    assert take.path.read_bytes() == film.read_bytes()
    assert any("no sound" in remark for remark in take.remarks) == ("error" in status)


def test_a_film_in_the_status_is_had_where_the_result_is_empty(start, service, film) -> None:
    service.say("status", {"request_id": "r-1", "status": "COMPLETED", "video_url": service.film_url})
    service.say("result", {"request_id": "r-1", "status": "COMPLETED", "output": None})
    assert kept(start, service).path.read_bytes() == film.read_bytes()


@pytest.mark.parametrize(
    "answer",
    [
        {"request_id": "r-1", "status": "COMPLETED", "output": {"video_url": "FILM"}},
        {"output": {"video_url": "FILM"}},
        {"status": "ok", "data": [{"url": "FILM"}]},
        {"video": {"url": "FILM"}},
        {"id": "r-1", "video_url": "FILM"},
        [{"url": "FILM"}],
    ],
)
def test_a_service_that_answers_the_submission_with_the_film_is_not_asked_on(
    start, service, film, answer
) -> None:
    service.say("submit", json.loads(json.dumps(answer).replace("FILM", service.film_url)))
    service.say("status", NOT_FOUND)
    service.say("result", NOT_FOUND)
    assert kept(start, service).path.read_bytes() == film.read_bytes()
    assert [step for step, _ in service.asked] == ["submit", "file"]


def test_a_link_in_a_submission_that_is_queued_is_not_taken_for_the_film_yet(start, service, film) -> None:
    queued = {"request_id": "r-1", "status": "IN_QUEUE", "video_url": service.film_url}
    service.say("submit", http(202, queued))
    service.say(
        "status", {"request_id": "r-1", "status": "IN_QUEUE"}, {"request_id": "r-1", "status": "COMPLETED"}
    )
    assert kept(start, service).path.read_bytes() == film.read_bytes()
    assert [step for step, _ in service.asked] == ["submit", "status", "status", "result", "file"]


@pytest.mark.parametrize(
    "broken", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"]
)
def test_a_status_route_that_always_breaks_is_not_the_only_one_to_ask(start, service, film, broken) -> None:
    service.say("status", broken)
    assert kept(start, service).path.read_bytes() == film.read_bytes()
    assert [step for step, _ in service.asked].count("status") == 3


@pytest.mark.parametrize(
    "path", ["film.mp4", "./film.mp4", "/film.mp4", "/files/abc", "outputs/film.webm?sig=a:b"]
)
def test_a_path_under_any_name_leads_to_the_film(start, service, film, path) -> None:
    service.say("result", {"request_id": "r-1", "status": "COMPLETED", "output": {"zork": {"blub": path}}})
    assert kept(start, service).path.read_bytes() == film.read_bytes()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        (None, gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("gzip", lambda data: data),
        ("deflate", lambda data: data),
    ],
)
def test_a_film_that_came_compressed_can_be_seen(start, service, film, coding, pack) -> None:
    headers = {"Content-Type": "video/mp4"} | ({"Content-Encoding": coding} if coding else {})
    service.say("file", http(200, pack(film.read_bytes()), **headers))
    take = kept(start, service)
    assert (take.path.read_bytes(), take.path.suffix, take.remarks) == (film.read_bytes(), ".mp4", [])
    assert [step for step, _ in service.asked].count("file") == 1


@pytest.mark.parametrize(("word", "times"), [(b"\0", 2**27), (b"text ", 99)], ids=["bomb", "text"])
def test_what_is_no_film_when_unpacked_is_kept_as_it_came(start, service, word, times) -> None:
    content = gzip.compress(word * times, 1)
    service.say("file", http(200, content, **{"Content-Type": "video/mp4", "Content-Encoding": "gzip"}))
    take = kept(start, service)
    assert (take.path.read_bytes(), take.path.suffix, take.file.kind) == (content, ".gz", "other")


@pytest.mark.parametrize("content", [b"not a film at all" * 400, b"oops", b"\0\1", b"\xef\xbb\xbf"])
def test_what_its_host_calls_a_video_is_kept_whatever_it_is(start, service, content) -> None:
    service.say("file", http(200, content, **{"Content-Type": "video/mp4"}))
    take = kept(start, service)
    assert (take.path.read_bytes(), take.file.kind) == (content, "other")
    assert "It is kept as it came." in take.remarks[0]
    assert [step for step, _ in service.asked].count("file") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>Sign in</html>", "video/mp4"),
        (b'{"error": "expired"}', "video/mp4"),
        (b'<?xml version="1.0"?><Error>denied</Error>', "video/mp4"),
        (b"", "video/mp4"),
        (b"The link has expired. " * 9, "text/plain"),
    ],
)
def test_a_page_in_place_of_a_film_is_asked_for_three_times_and_can_be_had_later(
    start, service, film, content, said
) -> None:
    service.say("file", http(200, content, **{"Content-Type": said}))
    process = start(service.url)
    with pytest.raises(JobExpired, match="not charged again"):
        process.submit().result(20)
    assert [step for step, _ in service.asked].count("file") == 3
    service.say("file", http(200, film.read_bytes()))
    assert process.submit().result(20).path.read_bytes() == film.read_bytes()
    assert [step for step, _ in service.asked].count("submit") == 1


def result_of(answer, service, film):
    """Return an answer of the result route, with the film's address or the film itself put in."""
    if answer == "the film":
        return http(200, film.read_bytes(), **{"Content-Type": "video/mp4"})
    if answer == "an address as plain text":
        return http(200, service.film_url.encode(), **{"Content-Type": "text/plain"})
    return http(200, json.loads(json.dumps(answer).replace("FILM", service.film_url)))


@pytest.mark.draw
@pytest.mark.parametrize("step", ["submit", "result"])
@pytest.mark.parametrize(
    "answer",
    ["the film", "an address as plain text", "FILM", [{"url": "FILM"}], [{"url": "FILM"}, {"url": "FILM?2"}]],
)
def test_an_answer_that_is_the_film_or_its_address_is_taken_as_it_is(
    start, service, film, step, answer
) -> None:
    service.say(step, result_of(answer, service, film))
    take = kept(start, service)
    assert {path.read_bytes() for path in take.paths} == {film.read_bytes()}
    assert (take.file.kind, take.remarks) == ("video", [])


def test_an_answer_that_is_the_film_is_kept_once(start, service, film) -> None:
    service.say("result", http(200, film.read_bytes(), **{"Content-Type": "video/mp4"}))
    process = start(service.url)
    process.submit().result(20)
    (row,) = process.controller.library.jobs.recent(9)
    answers = process.controller.library.jobs.get(row.id).answers
    assert answers["result"]["output"].startswith("data:video/mp4;sha256=")


@pytest.mark.parametrize("code", [400, 409, 422, 500])
def test_a_film_in_an_error_goes_before_the_error(start, service, film, code) -> None:
    told = {"error": {"type": "x", "message": "no sound"}, "output": {"video_url": service.film_url}}
    service.say("result", http(code, told))
    take = kept(start, service)
    assert take.path.read_bytes() == film.read_bytes()
    assert "no sound" in take.remarks[0]


def test_a_link_to_an_explanation_in_an_error_is_no_film(start, service) -> None:
    where = {"url": "https://errors.pydantic.dev/2.5/v/missing", "input": {"image_url": service.film_url}}
    service.say("result", http(422, {"detail": [{"loc": ["body"], "msg": "No faces", **where}]}))
    with pytest.raises(JobFailed, match="No faces"):
        kept(start, service)


@pytest.mark.draw
@pytest.mark.parametrize("headers", [{}, {"Content-Range": "bytes 0-/*"}])
@pytest.mark.parametrize("code", [201, 203, 206])
def test_a_file_is_one_with_whatever_status_of_success(start, service, film, code, headers) -> None:
    service.say("file", http(code, film.read_bytes(), **headers))
    assert kept(start, service).path.read_bytes() == film.read_bytes()
    assert [step for step, _ in service.asked].count("file") == 1


def test_bytes_that_are_no_text_are_not_shown_as_words(start, service, film) -> None:
    service.say("file", http(502, film.read_bytes()))
    with pytest.raises(JobExpired) as caught:
        kept(start, service)
    assert str(caught.value).isascii()
    assert "HTTP 502" in str(caught.value)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/octet-stream"}])
def test_what_may_be_the_file_is_kept_where_its_host_has_nothing_else(start, service, headers) -> None:
    service.say("file", http(200, b"not a film at all" * 400, **headers or {"Content-Type": ""}))
    assert kept(start, service).path.read_bytes() == b"not a film at all" * 400
    assert [step for step, _ in service.asked].count("file") == 3


def test_a_playlist_is_kept(start, service) -> None:
    service.say("file", http(200, b"#EXTM3U\nseg.ts\n", **{"Content-Type": "application/vnd.apple.mpegurl"}))
    assert kept(start, service).path.read_bytes() == b"#EXTM3U\nseg.ts\n"


def test_an_answer_that_is_too_long_is_said_to_be_and_asked_for_once(start, service, monkeypatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 2**20)
    service.say("result", {"status": "COMPLETED", "output": {"video": "A" * 2**21}})
    with pytest.raises(JobExpired, match=r"longer than 1 MiB\..* without a second charge\."):
        kept(start, service)
    assert [step for step, _ in service.asked].count("result") == 1


def test_what_stood_in_the_way_is_named_and_not_only_that_time_ran_out(start, service, monkeypatch) -> None:
    monkeypatch.setattr(runner, "SHORTLY", Patience(total=20.0))
    service.say("result", b"garbage\r\n\r\n")
    with pytest.raises(JobExpired, match=r"is done, but .* Last problem: The connection to .* broke"):
        kept(start, service, deadline=2.5)


@pytest.mark.draw
@pytest.mark.parametrize("between", ["", "\u200b", "\u00ad", "\u2060"])
@pytest.mark.parametrize("filling", [" and no film", "\0\1\2\3"])
def test_a_file_that_tells_the_key_is_kept_without_it(start, service, between, filling) -> None:
    body = f"You sent {between.join(SECRET)}{filling * 20}".encode()
    service.say("file", http(200, body, **{"Content-Type": "video/mp4"}))
    take = kept(start, service)
    told = take.path.read_text("utf-8") + " ".join(take.remarks) + take.path.with_suffix(SIDECAR).read_text()
    assert SECRET not in "".join(letter for letter in told if letter.isprintable())


def test_a_page_that_tells_the_key_is_told_without_it(start, service) -> None:
    service.say("file", http(200, ("<html>" + "\u200b".join(SECRET) + "</html>").encode()))
    with pytest.raises(JobExpired, match="HTML page") as caught:
        kept(start, service)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "output",
    [
        {"video": "FILM", "videos": ["DEAD"]},
        {"video": "DEAD", "video_hd": "FILM"},
        {"video_url": "FILM", "video_url_hd": "http://127.0.0.1:9/hd.mp4"},
        {"video_url": "FILM", "other": {"video": "data:video/mp4;base64,AAAA"}},
    ],
)
def test_a_film_is_not_given_up_for_another_that_cannot_be_had(start, service, film, output) -> None:
    told = json.dumps(output).replace("FILM", service.film_url).replace("DEAD", f"{service.url}/dead.mp4")
    service.say("result", {"request_id": "r-1", "status": "COMPLETED", "output": json.loads(told)})
    service.say("dead", http(403, b"no", **{"Content-Type": "text/plain"}))
    take = kept(start, service)
    assert [path.read_bytes() for path in take.paths] == [film.read_bytes()]
    assert "could not be had" in take.remarks[0]


@pytest.mark.parametrize("films", [["FILM", "DEAD"], ["DEAD", "FILM"]])
def test_of_several_films_those_that_can_be_had_are_kept_when_the_job_is_resumed(
    start, service, film, films
) -> None:
    told = json.dumps(films).replace("FILM", service.film_url).replace("DEAD", f"{service.url}/dead.mp4")
    service.say(
        "result", {"request_id": "r-1", "status": "COMPLETED", "output": {"videos": json.loads(told)}}
    )
    service.say("dead", http(403, b"no", **{"Content-Type": "text/plain"}))
    process = start(service.url)
    with pytest.raises(JobExpired, match="refuses its URL"):
        process.submit().result(20)
    take = process.submit().result(20)
    assert [path.read_bytes() for path in take.paths] == [film.read_bytes()]
    assert "could not be had" in take.remarks[0]
    assert [step for step, _ in service.asked].count("submit") == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip"])
def test_an_answer_that_is_only_said_to_be_compressed_is_read_as_it_is(start, service, film, coding) -> None:
    told = {"request_id": "r-1", "status": "COMPLETED", "output": {"video_url": service.film_url}}
    service.say("result", http(200, told, **{"Content-Encoding": coding}))
    assert kept(start, service).path.read_bytes() == film.read_bytes()


def test_a_request_that_is_done_with_an_error_has_failed_whatever_word_stands_beside_it(
    start, service
) -> None:
    service.say(
        "result", {"request_id": "r-1", "status": "zork", "output": None, "error": {"message": "too dark"}}
    )
    with pytest.raises(JobFailed, match="too dark"):
        kept(start, service)
