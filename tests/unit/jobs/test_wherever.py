"""A film is had wherever the service says it is: in the answer of another route, at once, or compressed."""

import gzip
import json
import zlib

import pytest

from reka_notebook.jobs import JobExpired
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


@pytest.mark.parametrize("content", [gzip.compress(b"\0" * 2**27, 1), gzip.compress(b"text " * 99)])
def test_what_is_no_film_when_unpacked_is_kept_as_it_came(start, service, content) -> None:
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
