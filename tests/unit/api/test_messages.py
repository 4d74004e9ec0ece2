import json

import pytest

from reka_notebook import catalogue
from reka_notebook.api import BadAnswer, Outcome, Phase, StatusReport, media_links
from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.messages import phase_of, read, read_object, read_outcome, read_submitted

meaning = catalogue.load().phase


def outcome(value: object) -> Outcome:
    return read_outcome(Answer(200, {}, json.dumps(value).encode()), meaning)


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("IN_QUEUE", Phase.QUEUED),
        ("in_progress", Phase.RUNNING),
        ("In Progress", Phase.RUNNING),
        ("COMPLETED", Phase.DONE),
        ("Canceled", Phase.CANCELLED),
        ("ERROR", Phase.FAILED),
        ("succeed", Phase.DONE),
        ("SUCCESS", Phase.DONE),
        ("done", Phase.DONE),
        ("TIMED_OUT", Phase.FAILED),
        ("timed-out", Phase.FAILED),
        ("timedOut", Phase.FAILED),
        (" Content Moderated ", Phase.FAILED),
        ("in.progress", Phase.RUNNING),
        ("ＤＯＮＥ", Phase.DONE),
        ("JOB_STATE_SUCCEEDED", Phase.DONE),
        ("TaskStatus.FAILED", Phase.FAILED),
        ("STATUS_IN_PROGRESS", Phase.RUNNING),
        ("JOB_STATE_UNSPECIFIED", Phase.UNKNOWN),
        ("STATUS", Phase.UNKNOWN),
        ("BREWING", Phase.UNKNOWN),
        ("", Phase.UNKNOWN),
    ],
)
def test_a_status_word_has_a_phase_and_an_unknown_one_is_no_success(word: str, phase: Phase) -> None:
    assert phase_of(word, meaning) is phase


@pytest.mark.parametrize(
    "body", [b"", b"<!DOCTYPE html><p>hi", b"[1]", b'"ok"', b'{"a":', b"\xff\xfe", b"[" * 10_000]
)
def test_a_body_that_is_no_object_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_object(Answer(200, {}, body))


def test_what_is_not_documented_is_kept_and_what_is_broken_is_left_out() -> None:
    raw = {
        "request_id": "r1",
        "status": "IN_QUEUE",
        "queue_position": "3",
        "logs": 7,
        "metrics": None,
        "new": [1],
    }
    report = read(StatusReport, raw)
    assert (report.queue_position, report.logs, report.metrics, report.raw) == (3, None, None, raw)


def test_a_submission_without_its_id_is_no_submission() -> None:
    with pytest.raises(BadAnswer, match="request_id"):
        read_submitted(Answer(202, {}, b'{"status": "IN_QUEUE"}'), meaning)


def test_a_result_is_read_whole_or_bare() -> None:
    video = {"video": {"url": "https://cdn.test/v.mp4"}}
    whole = outcome({"request_id": "r", "status": "COMPLETED", "output": video, "error": None})
    assert (whole.output, whole.phase) == (video, Phase.DONE)
    assert outcome(video).output == video


def test_completed_with_an_error_is_a_failure_with_its_reason() -> None:
    met = outcome({"status": "COMPLETED", "output": None, "error": {"message": "the image was refused"}})
    assert (met.phase, met.reason) == (Phase.FAILED, "the image was refused")


def test_links_are_found_in_any_shape_videos_first_each_once() -> None:
    output = {
        "seed": 1,
        "images": [{"url": "https://a.test/1.png", "content_type": "image/png"}],
        "extra": {"deep": ["https://a.test/x.bin", 3]},
        "video": {
            "url": "https://a.test/v.mp4",
            "file_name": "v.mp4",
            "thumbnail": {"url": "https://a.test/1.png"},
        },
    }
    links = media_links(output)
    assert [link.url for link in links] == [
        "https://a.test/v.mp4",
        "https://a.test/1.png",
        "https://a.test/x.bin",
    ]
    assert links[0].file_name == "v.mp4"
    assert media_links({"objects": [{"box": [1, 2]}]}) == []
