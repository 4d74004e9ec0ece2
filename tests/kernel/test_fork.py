"""Test a kernel that forks while it makes a video: parent and children both get theirs."""

from collections.abc import Iterator

import pytest

from reka_notebook.sandbox import Sandbox
from tests.kernel.conftest import serving

pytestmark = [pytest.mark.kernel, pytest.mark.real_kernel]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox whose jobs take three seconds."""
    yield from serving(seconds=3.0)


def test_a_shell_line_a_pool_and_a_fork_while_a_job_runs(notebook, sandbox: Sandbox) -> None:
    outputs = notebook(
        "%load_ext reka_notebook\nimport multiprocessing, os, warnings\nwarnings.simplefilter('ignore')",
        "%reka_video --bg -i photo.jpg -m kling-v3-pro --duration 3 A slow dolly in",
        "!echo from the shell",
        "from reka_notebook import submit\n"
        "def make(prompt):\n"
        "    return submit(prompt, 'photo.jpg', model='kling-v3-pro', duration=3).result(60).prompt\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(*pool.map(make, ['a', 'b', 'a']))",
        "if os.fork() == 0:\n    os._exit(0)\nprint(os.waitstatus_to_exitcode(os.wait()[1]))",
        "print(make('A slow dolly in'), make('c'))",
        "from reka_notebook.jobs import controller\n"
        "print(*(job.state for job in controller().library.jobs.all()), len(controller().active))",
    ).run()
    said = ["".join(output.get("text", "") for output in of_cell).strip() for of_cell in outputs]
    assert said[2] == "from the shell"
    assert said[3] == "a b a"
    assert said[4] == "0"
    assert said[5] == "A slow dolly in c"
    assert said[6] == "kept kept kept kept 0"
    assert len(sandbox.ledger) == 4
