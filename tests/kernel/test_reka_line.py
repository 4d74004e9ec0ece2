"""Test what ``%reka`` shows in a notebook, and the jobs that it resumes or cancels."""

from collections.abc import Callable
from typing import Any

import pytest

from reka_notebook.sandbox import Sandbox
from tests.kernel.test_several import LINE, LOAD, WAIT, WATCH, error_of, shown

pytestmark = pytest.mark.kernel


def test_it_answers_with_posters_and_tables_and_a_typo_with_the_nearest(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"{LINE} --duration 3\nA <b>slow</b> pan"
    answered = "%reka takes", "%reka jobs", "%reka status", "%reka models"
    _, _, takes, jobs, status, models, typo = notebook(
        LOAD, cell, *answered, "%reka staus", errors=True
    ).run()
    html = shown(takes)["text/html"]
    assert html.count('src="data:image/jpeg;base64,') == 1
    assert "A &lt;b&gt;slow&lt;/b&gt; pan" in html
    for outputs, words in ((jobs, "Kept"), (status, "1 take in"), (models, "kling-v3-pro")):
        assert "<table" in shown(outputs)["text/html"]
        assert words in shown(outputs)["text/html"]
        assert words in shown(outputs)["text/plain"]
    assert "Did you mean status?" in error_of(typo)
    assert len(typo[0]["traceback"]) == 1
    assert len(sandbox.ledger) == 1


def test_a_default_holds_for_the_cells_after_it(notebook: Callable[..., Any], sandbox: Sandbox) -> None:
    cell = "%%reka_video --as shot\nA slow pan"
    *_, bound = notebook(
        LOAD,
        "%reka default --model kling-v3-pro --duration 3 --image photo.jpg",
        cell,
        "shot.request.endpoint, shot.request.input['duration']",
    ).run()
    assert bound[0]["data"]["text/plain"] == "('kling-v3-pro/image-to-video', '3')"


def test_a_cancelled_job_ends_in_the_lines_own_output(notebook: Callable[..., Any]) -> None:
    with Sandbox(seconds=60, render="small", profile="catalogue") as url:
        cell = f"{LINE} --duration 3 --bg --as job\nA slow pan"
        setting = f"import reka_notebook; reka_notebook.configure(base_url={url!r})"
        cancel = "awaited.set()\nget_ipython().run_line_magic('reka', f'cancel {job.id}')"
        both = WAIT.replace("< 2", "< 4")
        *_, first, second = notebook(setting, LOAD, WATCH, cell, f"{cancel}\n{both}").run()
    assert "Cancelled after" in shown(first)["text/html"]
    assert "Cancelled after" in shown(second)["text/html"]


def test_a_request_of_the_account_is_listed_and_brought_in(
    notebook: Callable[..., Any], sandbox: Sandbox
) -> None:
    cell = f"{LINE} --duration 3\nA slow pan"
    other = (
        "import json, urllib.request\n"
        "from reka_notebook.config import settings\n"
        "asked = urllib.request.Request(settings().base_url + '/v2/inference/nano-banana/text-to-image',\n"
        "    json.dumps({'input': {'prompt': 'a lighthouse'}}).encode(), {'Content-Type': 'application/json'})\n"
        "found = json.load(urllib.request.urlopen(asked))['request_id']"
    )
    bring = "get_ipython().run_line_magic('reka', f'resume --request {found}')"
    take = (
        "import reka_notebook; reka_notebook.resume(request_id=found).result().file.kind, "
        "reka_notebook.takes()[0].request.found_as == found"
    )
    *_, listed, _, kind, again = notebook(
        LOAD, cell, other, "%reka requests", bring, take, "%reka requests"
    ).run()
    html = shown(listed)["text/html"]
    assert html.count('src="data:image/jpeg;base64,') == 1
    assert "1 is not in this library" in html
    assert "resume --request" in shown(listed)["text/plain"]
    assert kind[-1]["data"]["text/plain"] == "('image', True)"
    assert "All are in this library" in shown(again)["text/html"]
    assert len(sandbox.ledger) == 2
