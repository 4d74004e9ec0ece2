"""`catalogue update`: what the service's documents and the account's list say, shown and written when agreed."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reka_notebook
from reka_notebook import catalogue
from reka_notebook.catalogue import Mark
from reka_notebook.catalogue.documents import pages
from reka_notebook.commands import catalogue as command_module
from reka_notebook.jobs.models import documents
from tests.local_server import Handler, LocalServer
from tests.processes import SECRET
from tests.unit.commands.conftest import Ran

Command = Callable[..., Ran]
KLING = "kling-v3-pro/image-to-video"

FIELDS = {
    "prompt": {"type": "string"},
    "image_url": {"type": "string"},
    "duration_seconds": {"type": "string", "enum": ["5", "10"]},
}


def openapi(endpoint: str = KLING, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"properties": {"input": {"properties": fields or FIELDS, "required": ["prompt"]}}}
    return {
        "openapi": "3.1.0",
        "paths": {
            f"/v2/inference/{endpoint}": {
                "post": {
                    "summary": "Submit image-to-video with Kling",
                    "requestBody": {"content": {"application/json": {"schema": body}}},
                }
            }
        },
    }


YAML = """openapi: 3.1.0
info: {title: Reka, version: 2026-11-29}
paths:
  /v2/inference/kling-v3-pro/image-to-video:
    post:
      summary: Submit image-to-video with Kling v3 Pro
      requestBody:
        content:
          application/json:
            schema:
              properties:
                input:
                  properties:
                    prompt: {type: string}
                    image_url: {type: string}
                    duration_seconds: {type: string, enum: ["5", "10"]}
                  required: [prompt]
"""
PAGE = f"""# Submit image-to-video with Kling v3 Pro

POST https://vision-agent.api.reka.ai/v2/inference/kling-v3-pro/image-to-video
Content-Type: application/json

## OpenAPI Specification

```yaml
{YAML}```

## Example

```json
{{"input": {{"prompt": "..."
```
"""
CALL = """# Get inference result

`GET https://vision-agent.api.reka.ai/v2/inference/requests/:request_id`

```shell
curl -X POST https://vision-agent.api.reka.ai/v2/inference/seedance-2.0-pro/image-to-video?x=1 -d '{}'
```
"""


class Docs(LocalServer):
    """Serve documents by their path, and write down what was asked, with every header."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.heads: list[str] = []
        served = self

        class Asked(Handler):
            def get(self) -> None:
                served.asked.append(self.path)
                served.heads.append(str(self.headers))
                text = served.pages.get(self.path)
                data = (text if text is not None else "<html>no</html>").encode()
                self.answer(404 if text is None else 200, data, "")

        super().__init__(Asked)
        self.url += "/"


@pytest.fixture
def docs() -> Iterator[Docs]:
    made = Docs()
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config" / "reka-notebook" / "catalogue.json"


def test_what_would_change_is_shown_and_written_when_agreed(
    command: Command, docs: Docs, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_API_KEY", SECRET)
    docs.pages["/openapi.json"] = json.dumps(openapi())
    shown = command("catalogue", "update", "--from", docs.url)
    assert shown.status == 0
    assert f"{KLING}: path: unchanged, and now documented" in shown.out
    assert f"{KLING}: input.duration: " in shown.out
    assert shown.err.splitlines()[-1] == "Nothing was written. --yes writes it."
    assert not own.exists()
    written = command("catalogue", "update", "--from", docs.url, "--yes")
    assert written.out == shown.out
    assert f"Written to {own}." in written.err
    kling = catalogue.load(own).endpoint(KLING)
    assert (kling.mark("path"), kling.mark("input.duration")) == (Mark.documented, Mark.documented)
    assert docs.asked == ["/openapi.json"] * 2
    assert SECRET not in "".join(docs.heads)
    again = command("catalogue", "update", "--from", docs.url, "--yes")
    assert again.out == "Nothing changes: the catalogue says all of that already.\n"


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("\n", False), ("", False)])
def test_at_a_terminal_one_is_asked(
    command: Command, docs: Docs, own: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    docs.pages["/openapi.json"] = json.dumps(openapi())
    monkeypatch.setattr("reka_notebook.commands.terminal.is_terminal", lambda _: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert "[y/N]" in command("catalogue", "update", "--from", docs.url).err
    assert own.exists() is written


def test_yaml_is_asked_for_where_there_is_no_json(command: Command, docs: Docs, own: Path) -> None:
    docs.pages["/openapi.yaml"] = YAML
    assert command("catalogue", "update", "--from", docs.url, "--yes").status == 0
    assert docs.asked == ["/openapi.json", "/openapi.yaml"]
    assert catalogue.load(own).endpoint(KLING).mark("input.duration") is Mark.documented


def test_pages_as_markdown_are_read_where_there_is_no_openapi(
    command: Command, docs: Docs, own: Path
) -> None:
    docs.pages |= {
        "/llms.txt": "# Reka\n"
        "- [Submit image-to-video with Kling v3 Pro](/api/kling): Submit\n"
        "- [Get inference result](result.mdx)\n"
        "- [Submit text](https://elsewhere.test/inference.md)\n"
        "- [Careers](/careers.md)\n",
        "/api/kling.md": PAGE,
        "/result.mdx": CALL,
    }
    shown = command("catalogue", "update", "--from", docs.url, "--yes")
    assert docs.asked == ["/openapi.json", "/openapi.yaml", "/llms.txt", "/api/kling.md", "/result.mdx"]
    assert "route result: unchanged, and now documented" in shown.out
    known = catalogue.load(own)
    assert known.endpoint(KLING).mark("input.duration") is Mark.documented
    seedance = known.endpoint("seedance-2.0-pro")
    assert (seedance.path, seedance.mark("path")) == (
        "/v2/inference/seedance-2.0-pro/image-to-video",
        Mark.documented,
    )
    assert known.route_marks["result"] is Mark.documented


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", json.dumps(openapi())), ("a.yaml", YAML), ("a.md", PAGE)]
)
@pytest.mark.parametrize("way", ["file", "url"])
def test_one_document_may_be_named(
    command: Command, docs: Docs, own: Path, tmp_path: Path, name: str, text: str, way: str
) -> None:
    docs.pages[f"/{name}"] = text
    (tmp_path / name).write_text(text)
    source = str(tmp_path / name) if way == "file" else f"{docs.url}{name}"
    assert command("catalogue", "update", "--from", source, "--yes").status == 0
    assert catalogue.load(own).endpoint(KLING).mark("input.duration") is Mark.documented


def test_without_a_network_that_is_said_and_nothing_changes(command: Command, docs: Docs, own: Path) -> None:
    docs.close()
    shown = command("catalogue", "update", "--from", docs.url, "--yes")
    assert (shown.status, shown.out) == (1, "")
    assert "No document of the service's API could be had." in shown.err
    assert shown.err.rstrip().endswith("Nothing was changed.")
    assert not own.exists()


@pytest.mark.parametrize(
    "text", ["<html>busy</html>", "{", '{"paths": {"/other": {"get": {}}}}', "\x00" * 100, "openapi: &a [*a]"]
)
def test_what_is_no_description_changes_nothing(command: Command, docs: Docs, own: Path, text: str) -> None:
    docs.pages = {"/openapi.json": text, "/openapi.yaml": text, "/llms.txt": text}
    shown = command("catalogue", "update", "--from", docs.url, "--yes")
    assert (shown.status, shown.out) == (1, "")
    assert not own.exists()


def test_a_document_without_end_is_not_read_to_its_end(
    command: Command, docs: Docs, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 1000)
    docs.pages["/openapi.json"] = json.dumps(openapi()) + " " * 2000
    assert "larger than" in command("catalogue", "update", "--from", docs.url, "--yes").err


def test_plain_http_elsewhere_is_not_asked(command: Command) -> None:
    shown = command("catalogue", "update", "--from", "http://docs.test/")
    assert "has to come by https" in shown.err


def test_an_index_leads_to_its_own_host_and_not_without_end() -> None:
    index = "\n".join(f"- [Submit {number}](/inference/{number})" for number in range(100))
    index += "\n- [Submit](https://docs.test.evil.test/inference)\n- [Submit](javascript:inference)"
    found = pages.links_in(index, "https://docs.test/llms.txt", 40)
    assert len(found) == 40
    assert all(address.startswith("https://docs.test/inference/") for address in found)


def test_without_a_parser_yaml_is_refused_in_words(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "has_yaml", lambda: False)
    (tmp_path / "a.yaml").write_text(YAML)
    assert "pip install pyyaml" in command("catalogue", "update", "--from", str(tmp_path / "a.yaml")).err


def test_the_account_s_models_are_asked_for_too(
    command: Command,
    docs: Docs,
    own: Path,
    start_sandbox: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start_sandbox()
    monkeypatch.setattr(command_module, "DOCS", docs.url)
    docs.pages["/openapi.json"] = json.dumps(openapi())
    shown = command("catalogue", "update")
    assert "in your account's list." in shown.err
    assert reka_notebook.config.settings().base_url.startswith("http://127.0.0.1")


def test_a_list_that_changes_is_shown(command: Command, docs: Docs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REKA_BASE_URL", docs.url)
    docs.pages["/v2/inference/models"] = json.dumps(["kling-v3-pro/image-to-video", "old/edit"])
    assert "2 models in your account's list." in command("catalogue", "--refresh", "kling-v3-pro").err
    docs.pages["/v2/inference/models"] = json.dumps(["kling-v3-pro/image-to-video", "new/edit"])
    monkeypatch.setattr(command_module, "DOCS", docs.url)
    docs.pages["/openapi.json"] = json.dumps(openapi())
    shown = command("catalogue", "update")
    assert shown.out.startswith("+ new\n- old\n")
    listed = command("catalogue")
    assert "new/edit  new, the default\n" in listed.out
    assert "sora-2-pro/image-to-video  Sora 2 Pro, not in your account's list\n" in listed.out
    assert "kling-v3-pro/image-to-video  Kling v3 Pro, the default\n" in listed.out
    assert "sora-2-pro is not in your account's list; using kling-v3-pro." in listed.out
    told = json.loads(command("catalogue", "--json").out)
    assert told["endpoints"]["sora-2-pro/image-to-video"]["absent"] is True
    assert told["listed"]
