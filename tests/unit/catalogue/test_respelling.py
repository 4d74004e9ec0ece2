"""Find another spelling for what a service has refused to read."""

from typing import Any

import msgspec
import pytest

from reka_notebook.api.reading.answer import Answer
from reka_notebook.api.reading.rejection import error_from
from reka_notebook.catalogue import Catalogue, Spelt
from reka_notebook.catalogue.respelling import Respelling, correction, describe, respell

GIVEN = {"prompt": "an image of a duration", "duration": "5", "cfg_scale": 0.5}


def said(body: Any, status: int = 422) -> tuple[tuple[str, str], ...]:
    """Return the complaints in an answer."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return error_from(Answer(status, {"content-type": "application/json"}, raw)).complaints


def after(cat: Catalogue, body: Any, **spelt: Spelt) -> Respelling:
    kling = cat.endpoint("kling-v3-pro")
    spelling = kling.spelling(GIVEN, ["start"]) | {
        fact.replace("_", ".", 1): one for fact, one in spelt.items()
    }
    return respell(kling, GIVEN, spelling, [], said(body))


def error(words: str, param: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "error": {"type": "validation_error", "message": words, **({"param": param} if param else {}), **more}
    }


def detail(*problems: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "detail": [
            {"loc": ["body", "input", name], "msg": words, "type": kind} for name, words, kind in problems
        ]
    }


@pytest.mark.parametrize(
    "body",
    [
        error("Unknown field", "duration_seconds"),
        error("input.duration_seconds is not a known field", "input.duration_seconds"),
        error("Unknown field: duration_seconds"),
        error("Unrecognized parameter 'duration_seconds'. Did you mean 'duration'?"),
        error("Unexpected field `duration_seconds` in input"),
        error("Additional properties are not allowed ('duration_seconds' was unexpected)"),
        error("The parameter duration_seconds is not supported by this model", "duration_seconds"),
        error("Invalid input", details={"duration_seconds": "extra fields not permitted"}),
        error("Invalid input", details={"duration_seconds": ["Unknown field."]}),
        error("Invalid input", details=[{"field": "duration_seconds", "message": "unknown field"}]),
        error("duration is required", "duration"),
        error("Missing required field: duration"),
        detail(("duration_seconds", "Extra inputs are not permitted", "extra_forbidden")),
        detail(("duration_seconds", "extra fields not permitted", "value_error.extra")),
        detail(("duration", "Field required", "missing")),
        detail(("duration", "field required", "value_error.missing")),
        detail(
            ("duration", "Field required", "missing"),
            ("duration_seconds", "Extra inputs are not permitted", "extra_forbidden"),
        ),
        {"message": 'json: unknown field "duration_seconds"'},
        {"errors": [{"pointer": "/input/duration_seconds", "detail": "", "message": "Unknown property"}]},
        b"unknown field duration_seconds",
        error("unknown field", "/input/duration_seconds"),
        error("unknown field", "$.input.duration_seconds"),
        error("unknown field", "durationSeconds"),
        error("extra fields not permitted: durationSeconds"),
        {"error": {"message": "Unknown fields", "param": ["duration_seconds"]}},
        {"error": {"message": "Unknown fields", "fields": ["duration_seconds"]}},
        error("Bad request", details={"fields": {"duration_seconds": "unknown field"}}),
        error("Bad request", details={"unknown_fields": ["duration_seconds"]}),
        error(
            "Bad request", details=[{"path": ["input", "duration_seconds"], "message": "Unrecognized key"}]
        ),
        error(
            "Bad request",
            details=[{"path": ["input"], "message": "Unrecognized key(s) in object: 'duration_seconds'"}],
        ),
        error(
            "Bad request",
            details=[
                {
                    "instancePath": "/input",
                    "params": {"additionalProperty": "duration_seconds"},
                    "message": "must NOT have additional properties",
                }
            ],
        ),
        {"detail": [{"loc": "body -> input -> duration_seconds", "msg": "extra fields not permitted"}]},
        {"errors": [{"source": {"pointer": "/input/duration_seconds"}, "title": "Unknown field"}]},
        {"code": "InvalidParameter", "message": "Invalid parameter", "param": "duration_seconds"},
    ],
)
def test_a_field_that_is_not_known_or_missing_is_called_otherwise(cat: Catalogue, body: Any) -> None:
    found = after(cat, body)
    assert found.is_worth_a_try, said(body)
    assert found.spelling["input.duration"] == Spelt("duration", "5")
    assert found.refused == [("input.duration", "name", "duration_seconds")]
    assert found.spelling["images.start"].name == "image_url"


@pytest.mark.parametrize(
    ("body", "like"),
    [
        (error("duration_seconds must be an integer", "duration_seconds"), 5),
        (error("Expected a number for duration_seconds"), 5),
        (detail(("duration_seconds", "Input should be a valid integer", "int_type")), 5),
        (detail(("duration_seconds", "value is not a valid integer", "type_error.integer")), 5),
        (detail(("duration_seconds", "Input should be '5s' or '10s'", "literal_error")), "5s"),
        (error("duration_seconds must be one of 5s, 10s, not 5.", "duration_seconds"), "5s"),
        (error("invalid value", "duration_seconds"), 5),
    ],
)
def test_a_value_of_another_form_is_written_otherwise(cat: Catalogue, body: Any, like: Any) -> None:
    found = after(cat, body)
    assert found.is_worth_a_try
    assert found.spelling["input.duration"] == Spelt("duration_seconds", like)


def test_a_name_is_taken_as_the_service_writes_it(cat: Catalogue) -> None:
    found = after(cat, error("startImageUrl is required", "input.startImageUrl"))
    assert found.spelling["images.start"].name == "startImageUrl"


@pytest.mark.parametrize("words", ["text contains unsupported characters", "Text not allowed", "too long"])
def test_a_text_that_is_refused_is_not_sent_by_another_name(cat: Catalogue, words: str) -> None:
    speech = cat.endpoint("eleven-v3/text-to-speech")
    found = respell(speech, {"text": "x"}, speech.spelling({"text": "x"}, []), [], said(error(words, "text")))
    assert not found.is_worth_a_try


def test_a_string_is_wanted_where_a_number_was_sent(cat: Catalogue) -> None:
    body = detail(("duration_seconds", "Input should be a valid string", "string_type"))
    assert (
        after(cat, body, input_duration=Spelt("duration_seconds", 5)).spelling["input.duration"].like == "5"
    )


def test_an_image_is_sent_in_a_list_or_alone(cat: Catalogue) -> None:
    found = after(cat, detail(("image_url", "Input should be a valid list", "list_type")))
    assert found.spelling["images.start"] == Spelt("image_url", [])
    edit = cat.endpoint("nano-banana/edit")
    spelling = edit.spelling({}, ["start"])
    found = respell(edit, {}, spelling, [], said(error("image_url is required", "image_url")))
    assert found.spelling["images.start"] == Spelt("image_url", "")


def test_all_that_is_wrong_is_answered_at_once(cat: Catalogue) -> None:
    body = detail(
        ("start_image_url", "Field required", "missing"),
        ("duration", "Field required", "missing"),
        ("image_url", "Extra inputs are not permitted", "extra_forbidden"),
        ("duration_seconds", "Extra inputs are not permitted", "extra_forbidden"),
    )
    found = after(cat, body)
    assert found.is_worth_a_try
    assert found.spelling["images.start"].name == "start_image_url"
    assert found.spelling["input.duration"].name == "duration"
    assert len(found.refused) == 2


@pytest.mark.parametrize(
    "body",
    [
        error("Your prompt violates our content policy", "prompt"),
        error("The image was flagged", "image_url"),
        error("image_url could not be downloaded", "image_url"),
        error("The picture behind image_url is too large", "image_url"),
        error("Your input is not allowed: it violates our content policy", "prompt"),
        error("Input image not supported: contains a person", "image_url"),
        error("The input image is not allowed", "input.image_url"),
        error("image_url: faces are not permitted", "image_url"),
        error("Unsupported image: this image may depict a public figure", "image_url"),
        error("The parameter image_url is not valid: the image shows a minor", "image_url"),
        error("Invalid parameter: image_url does not support real people", "image_url"),
        error("Unsupported media type image/jpeg for image_url", "image_url"),
        error("Image could not be processed", "image_url"),
        error("image_url is not reachable", "image_url"),
        error("Not allowed", "image_url"),
        error("Bad request", "image_url"),
        error("Unexpected error while processing input image_url"),
        error("image_url: unexpected error"),
        error("Input may contain a real person (privacy): unsupported", "image_url"),
        error("duration_seconds must be one of 4, 8, 12, not 5.", "duration_seconds"),
        error("duration_seconds must be between 6 and 10", "duration_seconds"),
        error("prompt is required", "prompt"),
        error("The model is not available"),
        error("cfg_scale is not a known field", "cfg_scale"),
        detail(("mode", "Field required", "missing")),
        error("Something is wrong with this request"),
        {},
        b"<html>Bad request</html>",
        b"",
    ],
)
def test_what_another_spelling_would_not_answer_is_not_tried(cat: Catalogue, body: Any) -> None:
    assert not after(cat, body).is_worth_a_try


def test_a_name_that_was_refused_is_not_tried_again(cat: Catalogue) -> None:
    kling = cat.endpoint("kling-v3-pro")
    spelling = kling.spelling(GIVEN, ["start"]) | {"input.duration": Spelt("duration", "5")}
    refused = [("input.duration", "name", "duration_seconds")]
    found = respell(kling, GIVEN, spelling, refused, said(error("Unknown field", "duration")))
    assert not found.is_worth_a_try
    assert correction(kling, spelling, found.open) == {
        "endpoints": {kling.id: {"input": {"properties": {"duration": None}}}}
    }


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("Unknown field duration. Did you mean seconds?", {"x-names": ["seconds"]}),
        (
            "duration is not a known field. Allowed: prompt, image_url, video_length",
            {"x-names": ["video_length"]},
        ),
    ],
)
def test_a_name_that_the_service_offers_fills_the_correction_in(
    cat: Catalogue, words: str, change: dict[str, Any]
) -> None:
    kling = cat.endpoint("kling-v3-pro")
    spelling = kling.spelling(GIVEN, ["start"]) | {"input.duration": Spelt("duration", "5")}
    refused = [("input.duration", "name", "duration_seconds")]
    found = respell(kling, GIVEN, spelling, refused, said(error(words)))
    assert correction(kling, spelling, found.open) == {
        "endpoints": {kling.id: {"input": {"properties": {"duration": change}}}}
    }


@pytest.mark.parametrize(
    ("fact", "spelt", "parts", "words"),
    [
        ("images.start", Spelt("start_image_url", ""), ["name"], "calls the start image `start_image_url`"),
        ("input.duration", Spelt("duration", 5), ["like"], "wants the duration as a number, as in 5"),
        (
            "input.duration",
            Spelt("duration", "5s"),
            ["name", "like"],
            'calls the duration `duration` and wants it as text, as in "5s"',
        ),
        ("images.start", Spelt("image_urls", []), ["like"], "wants the start image in a list"),
    ],
)
def test_what_was_learned_is_said_in_words(
    cat: Catalogue, fact: str, spelt: Spelt, parts: list[str], words: str
) -> None:
    assert describe(cat.endpoint("kling-v3-pro"), fact, spelt, [(fact, part, "x") for part in parts]) == words
