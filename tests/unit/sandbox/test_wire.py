"""Test Reka's contract over a real socket."""

from __future__ import annotations

import io
import time

import av
import pytest
from PIL import Image

KLING = "/v2/inference/kling-v3-pro/image-to-video"


def test_a_video_from_submission_to_file(started):
    sandbox, client = started()
    submitted = client.submit(duration="3")
    assert submitted.status_code == 202
    assert submitted.json().keys() == {"request_id", "status", "status_url", "response_url", "cancel_url"}
    assert submitted.json()["status"] == "IN_QUEUE"
    result = client.finish(submitted)
    assert result["status"] == "COMPLETED"
    assert result["error"] is None
    video = result["output"]["video"]
    answer = client.get(video["url"])
    assert answer.headers["content-type"] == video["content_type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (video["width"], video["height"]) == (320, 214)
        assert float(stream.duration * stream.time_base) == pytest.approx(video["duration"]) == 3
        assert container.streams.audio
    assert client.get(submitted.json()["response_url"]).json()["output"]["video"]["file_size"] == len(
        answer.content
    )
    assert [charge.endpoint for charge in sandbox.ledger] == ["kling-v3-pro/image-to-video"]


def test_the_same_key_replays_the_first_answer_and_charges_once(started):
    sandbox, client = started()
    first = client.submit(key="one")
    assert client.submit(key="one").content == first.content
    client.finish(first)
    late = client.submit(key="one")
    assert (late.status_code, late.content) == (202, first.content)
    other = client.submit("something else entirely", key="one")
    assert other.content == first.content
    broken = client.post(KLING, content=b"{", headers={"idempotency-key": "one"})
    assert broken.content == first.content
    (charge,) = sandbox.ledger
    assert (charge.replays, charge.mismatched, charge.idempotency_key) == (4, 2, "one")


def test_other_keys_other_owners_and_no_key_are_charged_each(started, photo_uri):
    sandbox, client = started()
    ids = {client.submit(key="a").json()["request_id"], client.submit(key="b").json()["request_id"]}
    ids |= {client.submit().json()["request_id"], client.submit().json()["request_id"]}
    body = {"input": {"prompt": "push in", "start_image_url": photo_uri, "duration": "3"}}
    for name in ("ann", "bob"):
        headers = {"idempotency-key": "a", "x-api-key": name}
        ids.add(client.post(KLING, json=body, headers=headers).json()["request_id"])
    assert len(ids) == len(sandbox.ledger) == 6


def test_what_is_forgotten_is_gone(started):
    sandbox, client = started()
    first = client.submit(key="one")
    sandbox.forget(first.json()["request_id"])
    assert client.get(first.json()["status_url"]).status_code == 404
    assert client.submit(key="one").content == first.content
    sandbox.forget_keys()
    assert client.submit(key="one").json()["request_id"] != first.json()["request_id"]
    assert len(sandbox.ledger) == 2


def test_status_has_positions_that_move_and_logs_on_request(started):
    _, client = started(seconds=1.5, queue_share=0.8, seed=3)
    url = client.submit().json()["status_url"]
    seen = []
    while not seen or seen[-1]["status"] != "COMPLETED":
        seen.append(client.get(url, params={"with_logs": "true"}).json())
        time.sleep(0.01)
    assert seen[0].keys() == {"request_id", "status", "queue_position", "logs", "metrics"}
    positions = [status["queue_position"] for status in seen if status["status"] == "IN_QUEUE"]
    assert positions == sorted(positions, reverse=True)
    assert len(set(positions)) > 1
    assert {status["queue_position"] for status in seen if status["status"] != "IN_QUEUE"} == {None}
    assert [line["message"] for line in seen[-1]["logs"]][::5] == ["Queued", "Finished"]
    assert seen[-1]["metrics"]["inference_time"] == pytest.approx(0.3, abs=0.01)
    assert client.get(url).json()["logs"] is None


def test_cancelling(started):
    _, client = started(seconds=30)
    submitted = client.submit().json()
    cancelled = client.post(submitted["cancel_url"]).json()
    assert cancelled.keys() == {"request_id", "status", "output", "error", "metrics"}
    assert (cancelled["status"], cancelled["output"]) == ("CANCELLED", None)
    assert client.get(submitted["status_url"]).json()["status"] == "CANCELLED"
    assert client.get(submitted["cancel_url"]).status_code == 405


def test_cancelling_what_is_done_gives_its_result(started):
    _, client = started()
    submitted = client.submit()
    client.finish(submitted)
    assert client.post(submitted.json()["cancel_url"]).json()["output"]["video"]["url"]


def test_a_request_can_finish_though_it_is_cancelled(started):
    sandbox, client = started(seconds=1.5)
    sandbox.finish_next()
    both = [client.submit(prompt) for prompt in ("by code", "by words [sandbox: finish]")]
    for submitted in both:
        assert client.post(submitted.json()["cancel_url"]).json()["status"] in ("IN_QUEUE", "IN_PROGRESS")
    for submitted in both:
        assert client.finish(submitted)["output"]["video"]


def test_requests_fail_as_they_are_told(started):
    sandbox, client = started()
    result = client.finish(client.submit("rain [sandbox: fail]"))
    assert (result["status"], result["output"]) == ("FAILED", None)
    assert result["error"]["message"]
    result = client.finish(client.submit("rain [sandbox: error]"))
    assert (result["status"], result["output"]) == ("COMPLETED", None)
    assert result["error"]["type"] == "content_policy"
    assert client.finish(client.submit("[sandbox: cancelled]"))["status"] == "CANCELLED"
    sandbox.fail_next({"type": "nsfw", "message": "No."}, status="ERROR", times=2)
    for _ in range(2):
        result = client.finish(client.submit())
        assert (result["status"], result["error"]) == ("ERROR", {"type": "nsfw", "message": "No."})
    assert client.finish(client.submit())["status"] == "COMPLETED"


def test_the_result_of_what_is_pending_says_so(started):
    _, client = started(seconds=30)
    result = client.get(client.submit().json()["response_url"])
    assert result.status_code == 200
    assert (result.json()["output"], result.json()["error"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ("{", None),
        ("[]", None),
        ('{"input": "push in"}', "input"),
        ('{"input": {"start_image_url": "https://a.example/b.png"}}', "prompt"),
        ('{"input": {"prompt": "", "start_image_url": "https://a.example/b.png"}}', "prompt"),
        ('{"input": {"prompt": 3, "start_image_url": "https://a.example/b.png"}}', "prompt"),
        ('{"input": {"prompt": "x"}}', "image_url"),
        ('{"input": {"prompt": "x", "picture": "https://a.example/b.png"}}', "image_url"),
        ('{"input": {"prompt": "x", "start_image_url": 7}}', "start_image_url"),
        ('{"input": {"prompt": "x", "start_image_url": "ftp://a.example/b.png"}}', "start_image_url"),
        ('{"input": {"prompt": "x", "start_image_url": "data:image/png;base64,@@@"}}', "start_image_url"),
        (
            '{"input": {"prompt": "x", "start_image_url": "data:image/png;base64,aGVsbG8="}}',
            "start_image_url",
        ),
        (
            '{"input": {"prompt": "x", "start_image_url": "https://a.example/b", "duration": "99"}}',
            "duration",
        ),
        (
            '{"input": {"prompt": "x", "start_image_url": "https://a.example/b"}, "webhook_url": "x"}',
            "webhook_url",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(started, body, param):
    sandbox, client = started()
    answer = client.post(KLING, content=body)
    assert answer.status_code == 400
    problem = answer.json()["error"]
    assert (problem["type"], problem.get("param")) == ("validation_error", param)
    assert problem["message"]
    assert sandbox.ledger == []


def test_half_a_picture_is_refused(started, photo_uri):
    _, client = started()
    answer = client.submit(start_image_url=photo_uri[: len(photo_uri) // 2 // 4 * 4])
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "start_image_url"


def test_undeclared_fields_pass_and_a_url_is_drawn_without_being_fetched(started):
    _, client = started()
    submitted = client.submit(start_image_url="https://images.example.invalid/a.jpg", shine=3)
    video = client.finish(submitted)["output"]["video"]
    assert (video["width"], video["height"]) == (320, 180)
    assert client.get(video["url"]).status_code == 200


def test_sizes_and_durations_are_those_asked_for(started, photo_uri):
    _, client = started(render="full")
    veo = {"image_url": photo_uri, "start_image_url": None}
    path = "/v2/inference/veo-3.1/image-to-video"
    asked = {"duration": "4s", "resolution": "720p", "aspect_ratio": "9:16", "generate_audio": False}
    video = client.finish(client.submit(path=path, **veo, **asked))["output"]["video"]
    with av.open(io.BytesIO(client.get(video["url"]).content)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (720, 1280)
        assert float(stream.duration * stream.time_base) == pytest.approx(4)
        assert not container.streams.audio
    default = client.finish(client.submit(path=path, **veo, duration=None))["output"]["video"]
    assert (default["width"], default["height"], default["duration"]) == (1280, 854, 8)


@pytest.mark.parametrize(
    ("path", "fields", "look"),
    [
        ("/v2/inference/some-model/text-to-video", {}, lambda output: [output["video"]]),
        ("/v2/inference/nano-banana/text-to-image", {"num_images": 2}, lambda output: output["images"]),
        (
            "/v2/inference/nano-banana/edit",
            {"image_urls": ["https://images.example.invalid/a.png"]},
            lambda output: output["images"],
        ),
    ],
)
def test_the_other_endpoints_give_what_they_promise(started, path, fields, look):
    sandbox, client = started()
    result = client.finish(
        client.submit("a lighthouse", path=path, start_image_url=None, duration=None, **fields)
    )
    files = look(result["output"])
    assert len(files) == fields.get("num_images", 1)
    for file in files:
        data = client.get(file["url"]).content
        if file["content_type"] == "image/png":
            with Image.open(io.BytesIO(data)) as image:
                image.load()
                assert (image.format, *image.size) == ("PNG", file["width"], file["height"])
        else:
            with av.open(io.BytesIO(data)) as container:
                assert container.streams.video[0].frames == file["duration"] * file["fps"]
    assert sandbox.ledger[0].endpoint == path.removeprefix("/v2/inference/")


def test_speech_and_boxes(started, photo_uri):
    _, client = started()
    speech = {"input": {"text": "The harbour wakes. Gulls rise."}}
    audio = client.finish(client.post("/v2/inference/voice/text-to-speech", json=speech))["output"]["audio"]
    with av.open(io.BytesIO(client.get(audio["url"]).content)) as container:
        seconds = container.duration / 1e6
        assert 1 < seconds < 5
        assert max(abs(int(s)) for frame in container.decode(audio=0) for s in frame.to_ndarray().flat) > 1000
    boxes = {"input": {"image_url": photo_uri, "prompt": "cup, spoon"}}
    output = client.finish(client.post("/v2/inference/eye/image-to-bbox", json=boxes))["output"]
    assert [box["label"] for box in output["objects"]] == ["cup", "spoon"]
    for box in output["objects"]:
        assert 0 <= box["x_min"] < box["x_max"] <= 600
        assert 0 <= box["y_min"] < box["y_max"] <= 400


def test_parts_of_a_file(started):
    _, client = started()
    url = client.finish(client.submit())["output"]["video"]["url"]
    whole = client.get(url)
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    for header, part in [
        ("bytes=0-9", whole.content[:10]),
        ("bytes=100-", whole.content[100:]),
        ("bytes=-7", whole.content[-7:]),
        (f"bytes=5-{size + 99}", whole.content[5:]),
    ]:
        answer = client.get(url, headers={"range": header})
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{size}")
    outside = client.get(url, headers={"range": f"bytes={size}-"})
    assert (outside.status_code, outside.headers["content-range"]) == (416, f"bytes */{size}")
    head = client.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    for strange in ("bytes=a-b", "bytes=-", "lines=1-2", "bytes=1-2,4-5"):
        assert client.get(url, headers={"range": strange}).status_code == 200


def test_no_file_before_it_is_done_nor_under_another_name(started):
    _, client = started(seconds=30)
    request_id = client.submit().json()["request_id"]
    assert client.get(f"/sandbox/media/{request_id}/video.mp4").status_code == 404
    assert client.get("/sandbox/media/nobody/video.mp4").status_code == 404
    assert client.get(f"/sandbox/media/{request_id}/..%2f..%2fetc%2fpasswd").status_code == 404


def test_a_required_key_is_asked_for_everywhere_but_for_media(started):
    sandbox, client = started(key="sk-right", headers={"authorization": "Bearer sk-right"})
    result = client.finish(client.submit())
    bare = {"authorization": ""}
    assert client.get(result["output"]["video"]["url"], headers=bare).status_code == 200
    for headers in (bare, {"authorization": "Bearer sk-wrong"}, {"authorization": "Basic sk-right"}):
        for answer in (
            client.get("/v2/inference/models", headers=headers),
            client.post(KLING, json={}, headers=headers),
            client.get(f"/v2/inference/requests/{result['request_id']}", headers=headers),
        ):
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "authentication_error"
    assert client.get("/v2/inference/models", headers=bare | {"x-api-key": "sk-right"}).status_code == 200
    assert len(sandbox.ledger) == 1
    assert [seen.authorised for seen in sandbox.log if seen.step == "media"] == [False]
    assert {seen.authorised for seen in sandbox.log if seen.status == 401} == {False}
    assert "sk-" not in repr([sandbox, sandbox.log, sandbox.ledger, vars(sandbox)])


def test_the_rate_limit_is_said_and_kept_to(started):
    _, client = started(rate_limit=3)
    answers = [client.get("/v2/inference/models") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    remaining = [answer.headers["x-ratelimit-requests-remaining"] for answer in answers]
    assert remaining == ["2", "1", "0", "0", "0"]
    assert answers[0].headers["retry-after"] == "0"
    assert 0 < int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].json()["error"]["type"] == "rate_limit_error"
    assert client.get("/v2/inference/models", headers={"x-api-key": "another"}).status_code == 200


def test_every_answer_has_a_request_id_of_its_own(started):
    _, client = started()
    answers = [
        client.submit(),
        client.post(KLING, content="{"),
        client.get("/"),
        client.get("/nowhere"),
        client.delete(KLING),
        client.post("/v2/inference/x/y", json={}),
        client.get("/v2/inference/requests/unknown"),
        client.get("/sandbox/ledger"),
    ]
    assert [answer.status_code for answer in answers] == [202, 400, 200, 404, 405, 404, 404, 200]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    assert all(answer.headers["date"] for answer in answers)
    for answer in answers[3:7]:
        assert answer.json()["error"]["message"]


def test_lists_of_requests_and_models(started):
    _, client = started()
    ids = [client.submit().json()["request_id"] for _ in range(3)]
    listed = client.get("/v2/inference/requests").json()["data"]
    assert [request["request_id"] for request in listed] == ids[::-1]
    models = [model["id"] for model in client.get("/v2/inference/models").json()["data"]]
    assert "kling-v3-pro/image-to-video" in models


def test_urls_in_answers_can_be_relative_or_name_another_host(started):
    _, client = started(relative_urls=True)
    submitted = client.submit()
    assert submitted.json()["status_url"].startswith("/v2/inference/requests/")
    assert client.finish(submitted)["output"]["video"]["url"].startswith("/sandbox/media/")
    sandbox, client = started(url_host="localhost")
    assert client.submit().json()["status_url"].startswith("http://localhost:")
    assert sandbox.url.startswith("http://127.0.0.1:")


def test_the_same_seed_gives_the_same_times_in_any_order(started):
    def lengths(prompts):
        sandbox, client = started(seconds=None, seed=5)
        for prompt in prompts:
            client.submit(prompt)
        by_prompt = dict(zip(prompts, sandbox.requests, strict=True))
        return {prompt: round(time.completed - time.submitted, 6) for prompt, time in by_prompt.items()}

    one, other = lengths(["a", "b", "c"]), lengths(["c", "a", "b"])
    assert one == other
    assert len(set(one.values())) == 3


def test_times_can_be_given_by_a_function(started):
    sandbox, client = started(seconds=lambda endpoint, given: {"a": 4.0, "b": 8.0}[given["prompt"]], speed=2)
    client.submit("a")
    client.submit("b")
    assert [round(t.completed - t.submitted, 6) for t in sandbox.requests] == [2, 4]


def test_the_file_is_drawn_while_the_work_goes_on_and_not_only_when_it_is_fetched(started):
    _, client = started()
    submitted = client.submit()
    result = client.finish(submitted)
    end = time.monotonic() + 30
    while "file_size" not in result["output"]["video"] and time.monotonic() < end:
        time.sleep(0.02)
        result = client.get(submitted.json()["response_url"]).json()
    assert result["output"]["video"]["file_size"] > 1000


def test_a_failure_of_the_sandbox_itself_is_an_answer_too(started, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("no encoder")

    monkeypatch.setattr("reka_notebook.sandbox.rendering.film.write", broken)
    _, client = started(headers={"x-api-key": "sk-secret"})
    answer = client.get(client.finish(client.submit())["output"]["video"]["url"])
    assert (answer.status_code, answer.json()["error"]["type"]) == (500, "server_error")
    assert answer.headers["x-request-id"]
    assert "no encoder" in caplog.text
    assert "sk-secret" not in caplog.text


def test_a_file_can_take_the_place_of_drawings(started, tmp_path):
    file = tmp_path / "large.mp4"
    file.write_bytes(b"\0" * 3_000_000)
    _, client = started(media=file)
    video = client.finish(client.submit())["output"]["video"]
    assert video["file_size"] == 3_000_000
    assert client.get(video["url"]).content == file.read_bytes()


def test_pages_of_other_origins_and_other_names_are_refused(started):
    sandbox, client = started()
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        answer = client.post(KLING, json={}, headers=headers)
        assert answer.status_code == 403
    assert client.get("/", headers={"origin": sandbox.url}).status_code == 200
