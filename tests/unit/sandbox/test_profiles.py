"""Test what each profile takes, refuses, tells and charges."""

from __future__ import annotations

import base64
import http.server
import io
import json
import threading
from datetime import datetime

import av
import pytest

from reka_notebook.media import SAMPLE
from reka_notebook.sandbox import Sandbox, SandboxError
from reka_notebook.sandbox.profiles import NAMES
from tests.inputs import FITTING, LIKELIEST, MODEL, PATHS, PHOTO

HARBOUR = f"data:image/jpeg;base64,{base64.b64encode(SAMPLE.read_bytes()).decode()}"


@pytest.fixture
def submit(started):
    """Start a sandbox of a profile: its way to submit an input for a task, and the sandbox and client themselves."""

    def start(profile, **options):
        sandbox, client = started(profile=profile, **{"seconds": 0} | options)

        def post(given, task="image-to-video", key=None, **beside):
            headers = {"idempotency-key": key} if key else {}
            return client.post(PATHS.get(task, task), json={"input": given, **beside}, headers=headers)

        return post, sandbox, client

    return start


def length(client, url):
    with av.open(io.BytesIO(client.get(url).content)) as container:
        stream = container.streams.video[0]
        return float(stream.duration * stream.time_base)


def corners(output, size=(1280, 720)):
    """Return the boxes of an answer by label, as edges 0 to 1 of the picture, whatever the profile."""
    wide, high = size
    if "results" in output:
        found = {
            b["label"]: (b["x"] / wide, b["y"] / high, (b["x"] + b["w"]) / wide, (b["y"] + b["h"]) / high)
            for b in output["results"]["bboxes"]
        }
    elif "boxes" in output:
        found = {b["label"]: tuple(edge / 1000 for edge in b["bbox_2d"]) for b in output["boxes"]}
    elif "detections" in output:
        found = {
            b["class_name"]: (
                *(b["left"] / wide, b["top"] / high),
                *((b["left"] + b["width"]) / wide, (b["top"] + b["height"]) / high),
            )
            for b in output["detections"]
        }
    else:
        found = {b["label"]: (b["x_min"], b["y_min"], b["x_max"], b["y_max"]) for b in output["objects"]}
    assert all(0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1 for box in found.values())
    return found


@pytest.mark.parametrize("profile", NAMES)
def test_boxes_say_the_same_in_the_way_of_each_profile(submit, profile):
    post, _, client = submit(profile)
    given = {"prompt": "boat, sun", "image_url": HARBOUR}
    result = client.finish(post(given, "image-to-bbox"))
    found = corners(result["output"])
    assert found["boat"] == pytest.approx((0.257, 0.262, 0.416, 0.693), abs=0.002)
    assert found["sun"] == pytest.approx((0.648, 0.417, 0.712, 0.528), abs=0.002)


def urls(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [url for one in value for url in urls(one)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


@pytest.mark.parametrize("profile", NAMES)
def test_every_task_ends_with_its_files_and_one_charge(submit, profile):
    post, sandbox, client = submit(profile)
    for task, given in FITTING[profile].items():
        result = client.finish(post(given, task))
        assert (result["status"], result["error"]) == ("COMPLETED", None)
        found = urls(result["output"])
        assert len(found) == {"text-to-image": 2, "edit": 2, "image-to-bbox": 0}.get(task, 1)
        kinds = {client.get(url).headers["content-type"].split("/")[0] for url in found}
        assert kinds <= {"image", "video", "audio"}
        if task.endswith("video"):
            assert length(client, found[0]) == pytest.approx(2)
        if task == "image-to-bbox":
            assert len(corners(result["output"])) == 2
    assert len(sandbox.ledger) == len(LIKELIEST)
    assert sandbox.refused == []


@pytest.mark.parametrize("profile", NAMES)
def test_a_key_is_replayed_and_charged_once(submit, profile):
    post, sandbox, _ = submit(profile, balance=1)
    given = FITTING[profile]["image-to-video"]
    assert post(given, key="one").content == post(given, key="one").content
    assert post({"prompt": "something else"}, key="one").status_code == 202
    assert [(charge.replays, charge.price) for charge in sandbox.ledger] == [(2, 0.26)]
    assert sandbox.balance == 0.74


@pytest.mark.parametrize(
    ("profile", "status", "words"),
    [
        ("reka", 403, "insufficient balance"),
        ("fal", 403, "Exhausted balance"),
        ("strict", 402, "balance is too low"),
        ("careless", 429, "Insufficient Balance"),
    ],
)
def test_a_balance_that_is_used_up_is_said(submit, profile, status, words):
    post, sandbox, _ = submit(profile, balance=0.6)
    given = FITTING[profile]["image-to-video"]
    assert [post(given).status_code for _ in range(4)] == [202, 202, status, status]
    assert words in post(given).json()["error"]["message"]
    assert sandbox.balance == pytest.approx(0.08)
    assert [refused.status for refused in sandbox.refused] == [status] * 3


@pytest.mark.parametrize("balance", [-1, float("nan"), float("inf")])
def test_a_balance_that_is_none_is_refused(balance):
    with pytest.raises(SandboxError, match="balance"):
        Sandbox(balance=balance)


def test_reka_is_the_default():
    assert Sandbox().profile == "reka"


def test_a_profile_that_is_none_is_refused():
    with pytest.raises(SandboxError, match="reka, fal, strict, careless"):
        Sandbox(profile="fall")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"image_url": None}, "image_url"),
        ({"image_url": None, "start_image_url": PHOTO}, "image_url"),
        ({"start_image_url": PHOTO}, "start_image_url"),
        ({"duration_seconds": 5}, "duration_seconds"),
        ({"duration_seconds": "5s"}, "duration_seconds"),
        ({"duration_seconds": "99"}, "duration_seconds"),
        ({"duration": "5"}, "duration"),
        ({"shine": 3}, "shine"),
    ],
)
def test_reka_refuses_other_names_and_spellings(submit, change, param):
    post, sandbox, _ = submit("reka")
    given = {name: value for name, value in (LIKELIEST["image-to-video"] | change).items() if value}
    answer = post(given)
    assert answer.status_code == 400
    assert answer.json()["error"].items() >= {"type": "validation_error", "param": param}.items()
    assert sandbox.ledger == []
    assert [refused.params[0] for refused in sandbox.refused] == [param]


def test_reka_serves_the_models_of_the_account_only(submit):
    post, _, client = submit("reka")
    models = client.get("/v2/inference/models").json()["models"]
    films = [model["model_id"] for model in models if model["capability"] == "image-to-video"]
    assert len(films) == 12
    assert {MODEL, "kling-v3-pro"} <= set(films)
    assert "sora-2-pro" not in films
    answer = post(LIKELIEST["image-to-video"], "/v2/inference/sora-2-pro/image-to-video")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")


def test_reka_tells_links_without_endings_and_the_price_by_the_second(submit):
    post, _, client = submit("reka")
    result = client.finish(post(LIKELIEST["image-to-video"] | {"duration_seconds": "5"}))
    assert result["usage"] == {"price_usd": 0.65}
    assert result["output"].keys() == {"video_url"}
    path, _, query = result["output"]["video_url"].partition("?")
    assert "." not in path.rpartition("/")[2]
    assert "X-Amz-Signature=" in query
    image = client.finish(post({"prompt": "a"}, "text-to-image"))["output"]
    assert [file.keys() for file in image["images"]] == [{"url"}]


def test_strict_names_all_that_is_wrong_at_once(submit):
    post, sandbox, _ = submit("strict")
    answer = post(LIKELIEST["image-to-video"])
    assert answer.status_code == 422
    assert [(problem["loc"], problem["type"]) for problem in answer.json()["detail"]] == [
        (["body", "input", "start_image_url"], "missing"),
        (["body", "input", "image_url"], "extra_forbidden"),
        (["body", "input", "duration_seconds"], "extra_forbidden"),
    ]
    answer = post({"prompt": "x", "start_image_url": PHOTO, "duration": "5"})
    assert [(problem["loc"][-1], problem["type"]) for problem in answer.json()["detail"]] == [
        ("duration", "int_type")
    ]
    assert [len(refused.params) for refused in sandbox.refused] == [3, 1]
    assert post(FITTING["strict"]["image-to-video"], webhook_url="ftp://x").status_code == 422


def test_careless_ignores_and_charges_what_it_does_not_know(submit):
    post, sandbox, client = submit("careless")
    result = client.finish(post({"prompt": "x", "start_image_url": PHOTO, "duration_seconds": "2"}))
    assert length(client, result["output"]["video"]) == pytest.approx(5)
    assert result["cost_usd"] == 0.65
    assert [charge.price for charge in sandbox.ledger] == [0.65]
    assert client.get("/v2/inference/models").status_code == 404


def test_fal_has_names_of_its_own_for_each_model(submit):
    post, _, _ = submit("fal")
    kling, veo = (f"/v2/inference/{model}/image-to-video" for model in ("kling-v3-pro", "veo-3.1"))
    assert post({"prompt": "x", "start_image_url": PHOTO, "duration": "3"}, kling).status_code == 202
    assert post({"prompt": "x", "image_url": PHOTO, "duration": "8s"}, veo).status_code == 202
    answer = post({"prompt": "x", "image_url": PHOTO}, kling)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][-1] == "start_image_url"
    assert post({"prompt": "x", "image_url": PHOTO, "duration": "8"}, veo).status_code == 422


@pytest.mark.parametrize(
    ("profile", "look"),
    [
        ("reka", lambda body: [(r["request_id"], r["input"]["prompt"]) for r in body["requests"]]),
        ("fal", lambda body: [(r["request_id"], "push in") for r in body["data"]]),
        ("strict", lambda body: [(r["id"], r["prompt"]) for r in body]),
        ("careless", lambda body: [(r["requestId"], r["request"]["input"]["prompt"]) for r in body["items"]]),
    ],
)
def test_requests_are_listed_newest_first(submit, profile, look):
    post, _, client = submit(profile)
    ids = [post(FITTING[profile]["image-to-video"]).json()["request_id"] for _ in range(3)]
    body = client.get("/v2/inference/requests").json()
    assert look(body) == [(request_id, "push in") for request_id in reversed(ids)]


def test_rekas_list_of_requests_has_pages(submit):
    post, _, client = submit("reka", seconds=30)
    ids = [post(LIKELIEST["image-to-video"]).json()["request_id"] for _ in range(25)]
    first = client.get("/v2/inference/requests").json()
    second = client.get("/v2/inference/requests", params={"cursor": first["next_cursor"]}).json()
    assert [r["request_id"] for r in first["requests"] + second["requests"]] == ids[::-1]
    assert (len(first["requests"]), second["next_cursor"]) == (20, None)
    assert {r["status"] for r in first["requests"]} <= {"IN_QUEUE", "IN_PROGRESS"}
    assert datetime.fromisoformat(first["requests"][0]["created_at"]).tzinfo
    assert len(client.get("/v2/inference/requests?limit=2").json()["requests"]) == 2


def test_the_ledger_is_told_over_http(submit):
    post, _, client = submit("reka")
    post(LIKELIEST["image-to-video"])
    post({"prompt": "x"})
    told = client.get("/sandbox/ledger").json()
    assert (told["total"], told["charged_usd"]) == (1, 0.26)
    assert [(one["status"], one["params"]) for one in told["refused"]] == [(400, ["image_url"])]
    assert "reka: as documented" in client.get("/").text


@pytest.mark.parametrize("profile", ["reka", "careless"])
def test_a_webhook_on_this_machine_is_called_once_when_a_request_has_ended(submit, profile):
    heard = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(204)
            self.end_headers()
            told.release()

        def log_message(self, *_):
            pass

    told = threading.Semaphore(0)
    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        hook = f"http://localhost:{server.server_port}/done?by=test"
        post, _, client = submit(profile, seconds=0.2)
        given = FITTING[profile]["image-to-video"]
        done = post(given, webhook_url=hook).json()
        assert told.acquire(timeout=10)
        left = post(given, webhook_url=hook).json()
        client.post(left["cancel_url"])
        assert told.acquire(timeout=10)
        assert not told.acquire(timeout=0.4)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert [(path, body["request_id"], body["status"]) for path, body in heard] == [
        ("/done?by=test", done["request_id"], "COMPLETED"),
        ("/done?by=test", left["request_id"], "CANCELLED"),
    ]
    assert urls(heard[0][1]["output"])


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://example.com/hook", True),
        ("http://127.0.0.1:1/nobody", True),
        (None, True),
        ("", False),
        ("ftp://example.com", False),
        ("https://example.com/" + "a" * 2063, True),
        ("https://example.com/" + "a" * 2064, False),
        (7, False),
    ],
)
def test_a_webhook_is_checked_as_documented(submit, url, fits):
    post, _, _ = submit("reka")
    answer = post(LIKELIEST["image-to-video"], webhook_url=url)
    assert answer.status_code == (202 if fits else 400)
    if not fits:
        assert answer.json()["error"]["param"] == "webhook_url"
