"""Test that a cell without a key says what is missing and ends, even in Run All."""

import queue
import re
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from tests.kernel.conftest import Notebook
from tests.processes import SECRET

pytestmark = pytest.mark.kernel

MISSING = "There is no API key for Reka's service. Nothing was sent."
CELLS = {
    "cell": "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA slow dolly in",
    "several": "%%reka_video -i photo.jpg -m kling-v3-pro --duration 3\nA pan\n---\nA tilt",
    "line": "%reka_video -i photo.jpg -m kling-v3-pro --duration 3 A slow dolly in",
    "submit": "reka_notebook.submit('A pan', 'photo.jpg', model='kling-v3-pro', duration=3)",
}


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder from which the service is not on this machine, and no key is to be had."""
    monkeypatch.setenv("REKA_BASE_URL", "https://reka.test")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


def test_run_all_ends_with_what_is_missing(elsewhere: Path) -> None:
    cells = [
        "import reka_notebook\n%load_ext reka_notebook",
        *CELLS.values(),
        "%reka key",
        "reka_notebook.studio()",
    ]
    _, *outputs, key, _ = Notebook(elsewhere, *cells, errors=True).run()
    for source, output in zip(CELLS, outputs, strict=True):
        (error,) = [shown for shown in output if shown["output_type"] == "error"]
        text = error["evalue"]
        assert MISSING in text, source
        assert "REKA_API_KEY" in text
        assert "keyring set reka-notebook api-key" in text
        assert "%reka key" in text
        assert "configure(" not in "\n".join(error["traceback"]) + text
    assert "none" in str(key)
    assert "configure(" not in str(key)


def test_papermill_ends_with_what_is_missing(elsewhere: Path, tmp_path: Path) -> None:
    import papermill  # brings much that no other test here needs

    cells = ["%load_ext reka_notebook", CELLS["cell"]]
    made = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, tmp_path / "asked.ipynb")
    with pytest.raises(papermill.PapermillExecutionError, match="There is no API key for Reka's service"):
        papermill.execute_notebook(
            tmp_path / "asked.ipynb", tmp_path / "run.ipynb", cwd=str(elsewhere), progress_bar=False
        )


@pytest.fixture
def kernel(elsewhere: Path) -> Iterator[BlockingKernelClient]:
    """Yield a kernel whose front end says that it can ask a person."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(elsewhere))
    client.execute_interactive("import reka_notebook.key\n%load_ext reka_notebook", timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_cell_asks_nobody_and_ends_with_what_is_missing(kernel: BlockingKernelClient) -> None:
    for way in ("cell", "submit"):
        asked: list[dict] = []
        reply = kernel.execute_interactive(CELLS[way], allow_stdin=True, stdin_hook=asked.append, timeout=60)
        assert asked == [], way
        assert reply["content"]["status"] == "error", way
        assert MISSING in reply["content"]["evalue"], way


def test_a_prompt_that_nobody_answers_ends_and_the_kernel_goes_on(kernel: BlockingKernelClient) -> None:
    kernel.execute_interactive("reka_notebook.key.PATIENCE = 1.0", timeout=60)
    asked: list[dict] = []
    begun = time.monotonic()
    # A page that is closed: it said that it can ask, and does not answer.
    reply = kernel.execute_interactive("%reka key", allow_stdin=True, stdin_hook=asked.append, timeout=60)
    assert time.monotonic() - begun < 30
    assert len(asked) == 1
    assert asked[0]["content"]["password"] is True
    assert reply["content"]["status"] == "ok"
    again = kernel.execute_interactive("1 + 1", timeout=60)
    assert again["content"]["status"] == "ok"


def test_a_prompt_that_is_interrupted_ends(kernel: BlockingKernelClient) -> None:
    def interrupt(_: dict) -> None:
        kernel.parent.interrupt_kernel()

    begun = time.monotonic()
    reply = kernel.execute_interactive("%reka key", allow_stdin=True, stdin_hook=interrupt, timeout=60)
    assert reply["content"]["status"] == "error"
    assert time.monotonic() - begun < 30


def test_an_answer_is_used_and_is_in_no_output(kernel: BlockingKernelClient) -> None:
    outputs: list[dict] = []

    def answer(_: dict) -> None:
        kernel.input(SECRET)

    kernel.execute_interactive(
        "%reka key", allow_stdin=True, stdin_hook=answer, output_hook=outputs.append, timeout=60
    )
    shown = str([message["content"] for message in outputs])
    assert "typed in, kept for this session only" in shown
    assert SECRET not in shown


def test_a_key_typed_into_the_studio_is_in_no_message_back_and_no_file(
    kernel: BlockingKernelClient, elsewhere: Path
) -> None:
    heard: list[dict] = []

    def run(code: str) -> str:
        outputs: list[dict] = []
        kernel.execute_interactive(code, output_hook=outputs.append, timeout=60)
        heard.extend(outputs)
        return str([message["content"] for message in outputs])

    def comms() -> list[dict]:
        while True:
            try:
                heard.append(kernel.get_iopub_msg(timeout=0.5))
            except queue.Empty:
                return [one["content"] for one in heard if one["msg_type"] == "comm_msg"]

    kernel.execute_interactive(
        "import reka_notebook\nstudio = reka_notebook.studio()", output_hook=heard.append, timeout=60
    )
    (name,) = re.findall(r"'[0-9a-f]{32}'", run("studio.model_id"))
    for number, key in enumerate([f"'{SECRET}'", SECRET]):
        content = {"id": str(number), "type": "use_key", "key": key, "keep": False}
        data = {"method": "custom", "content": content}
        kernel.shell_channel.send(kernel.session.msg("comm_msg", {"comm_id": name.strip("'"), "data": data}))
    deadline = time.monotonic() + 30
    while not any("'id': '1'" in str(one) for one in comms()):
        assert time.monotonic() < deadline
    answers = [one["data"]["content"] for one in comms() if one["data"]["method"] == "custom"]
    assert [one["type"] for one in answers] == ["refused", "answer"]
    assert "quotes around it" in answers[0]["error"]["message"]
    assert "True" in run("studio.service['lacks_key'] is False and reka_notebook.jobs.controller().has_key()")
    assert "typed in, kept for this session only" in run("%reka key")
    run("%xmode Verbose\nstudio._take_key(None)")
    assert SECRET not in str(heard)
    files = [path for path in elsewhere.parent.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
