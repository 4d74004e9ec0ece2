"""Test that the sandbox answers chats by rule, takes what each model takes, and charges once for each."""

from __future__ import annotations

import base64
import json

import pytest

from reka_notebook.media import SAMPLE
from reka_notebook.sandbox.chats import asked, replies
from reka_notebook.sandbox.profiles import NAMES
from reka_notebook.sandbox.rendering import film
from reka_notebook.sandbox.rendering.media import Film
from tests.unit.sandbox.conftest import PHOTO_URI

PATH = "/v1/chat/completions"
REWRITE = "Write 3 rewritings\n<prompt>\nA boat on the lake.\n</prompt>"
HARBOUR = f"data:image/jpeg;base64,{base64.b64encode(SAMPLE.read_bytes()).decode()}"


def said(answer):
    assert answer.status_code == 200, answer.text
    (choice,) = answer.json()["choices"]
    assert choice["message"]["role"] == "assistant"
    return choice["message"]["content"]


def parts(text, *images, film=None):
    found = [{"type": "text", "text": text}]
    found += [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return found + ([{"type": "video_url", "video_url": {"url": film}}] if film else [])


@pytest.fixture
def ask(started):
    """Start a sandbox of a profile: a way to chat with it, itself, and its client."""

    def start(profile="reka", **options):
        sandbox, client = started(profile=profile, **options)

        def post(content, system=None, model="reka-edge-2603", path=PATH, key=None, **beside):
            messages = [{"role": "system", "content": system}] if system else []
            body = {"model": model, "messages": [*messages, {"role": "user", "content": content}], **beside}
            return client.post(path, json=body, headers={"idempotency-key": key} if key else {})

        return post, sandbox, client

    return start


def test_three_rewritings_are_listed_as_wanted(ask):
    post, _, _ = ask()
    listed = json.loads(said(post(REWRITE, "Answer with a JSON list of strings.")))
    assert len(set(listed)) == 3
    assert all("boat" in one and "lake" in one and one.endswith(".") for one in listed)
    assert listed == json.loads(said(post(parts(REWRITE, PHOTO_URI), "Answer with a JSON list of strings.")))
    assert said(post(REWRITE)).splitlines() == [f"{n}. {one}" for n, one in enumerate(listed, 1)]


def test_a_chatty_service_puts_words_around_the_list(ask):
    post, _, _ = ask("careless")
    words = said(post(REWRITE, "As JSON."))
    assert not words.startswith("[")
    assert len(json.loads(words.partition("```json")[2].partition("```")[0])) == 3


@pytest.mark.parametrize(
    "prompt", ["", "a", "x" * 5000, "{{red|blue}} boat $name", "Ein Boot?", "  (boat)\n\nsail "]
)
def test_a_rewriting_differs_from_any_prompt_and_keeps_it(prompt):
    found = replies.rewrite(prompt, 8)
    assert len(set(found)) == 8
    words = prompt.rstrip("?").split()
    assert all(one != prompt and all(word in one for word in words[1:]) for one in found)


def test_a_picture_is_described_by_what_is_known_of_it(ask):
    post, _, _ = ask()
    words = said(post(parts("Describe\n<prompt>\na sailboat and a whale\n</prompt>", HARBOUR)))
    seen, missing = words.split("\n\n")
    assert seen.startswith("Seen: An image of 1280 × 720 pixels.")
    assert "sailboat" in seen
    assert missing == "Missing: whale."


def test_a_film_is_described_too_and_what_is_no_film_is_refused(ask, tmp_path):
    path = tmp_path / "film.mp4"
    film.write(Film("a boat and a star", None, None, 320, 180, 8, 1.5, True), path)
    uri = f"data:video/mp4;base64,{base64.b64encode(path.read_bytes()).decode()}"
    post, _, _ = ask()
    words = said(post(parts("Describe\n<prompt>a boat and a star and a fish</prompt>", film=uri)))
    assert "A video of 1.5 seconds, 320 × 180 pixels, with sound." in words
    assert "It shows a boat and a star." in words
    assert words.endswith("Missing: fish.")
    assert "does not fetch" in said(post(parts("Describe", film="https://example.com/film.mp4")))
    assert post(parts("Describe", film="data:video/mp4;base64,AAAA")).status_code == 400


def test_each_model_takes_what_it_says(ask):
    post, sandbox, client = ask()
    told = {one["id"]: one["input_modalities"] for one in client.get("/v1/models").json()["data"]}
    assert told == {model: list(taken) for model, taken in asked.MODELS.items()}
    assert post(parts("Describe", PHOTO_URI), model="reka-flash-3").status_code == 400
    assert post(parts("Describe", *[PHOTO_URI] * 4)).status_code == 400
    assert post("Hello", model="somebody-else").status_code == 404
    assert post("Hello", stream=True).json()["error"]["param"] == "stream"
    assert post([{"type": "sound"}]).status_code == 400
    assert client.post(PATH, json={"model": "reka-flash-3", "messages": []}).status_code == 400
    assert sandbox.ledger == []
    assert len(sandbox.refused) == 6
    assert "Hello" in said(post("Hello"))


@pytest.mark.parametrize("profile", NAMES)
def test_a_chat_is_charged_once_and_says_its_price(ask, profile):
    post, sandbox, _ = ask(profile, balance=0.005)
    answers = [post("Hello", key=key) for key in ("one", "one", "two", "three")]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert answers[0].content == answers[1].content
    assert answers[3].status_code in (402, 403, 429)
    assert [(charge.price, charge.replays) for charge in sandbox.ledger] == [(0.002, 1), (0.002, 0)]
    told = answers[0].json()
    price = {"fal": None, "careless": told.get("cost_usd")}.get(profile, told["usage"].get("price_usd"))
    assert price == (None if profile == "fal" else 0.002)
    usage = told["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


@pytest.mark.parametrize(
    "path", ["/v2/inference/chat/completions", "/v2/inference/qwen3.6-flash/chat/completions"]
)
def test_the_route_under_inference_answers_alike(ask, path):
    post, sandbox, _ = ask()
    assert "Hello" in said(post("Hello", model="qwen3.6-flash", path=path))
    assert [seen.step for seen in sandbox.log] == ["chat"]
    assert sandbox.ledger[0].endpoint == "qwen3.6-flash/chat"
