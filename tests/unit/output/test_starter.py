"""Test what is known of a host by the program that started the kernel."""

import pytest

from reka_notebook.output import starter


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/usr/bin/python3.11 /usr/bin/jupyter-console --kernel python3", "jupyter-console"),
        ("python -m jupyter_console", "jupyter_console"),
        ("python -Xutf8 -m jupyter_client.runapp run.ipy", "jupyter_client.runapp"),
        ("/opt/conda/bin/python /opt/conda/bin/jupyter-lab jupyter-run", "jupyter-lab"),
        ("jupyter-qtconsole.exe", "jupyter-qtconsole"),
        ("", ""),
    ],
)
def test_a_program_is_named_by_its_command_line(line: str, name: str) -> None:
    assert starter.named_in(line.split()) == name


@pytest.mark.parametrize(
    ("program", "environment", "gateway"),
    [
        ("jupyter-lab", {"JPY_SESSION_NAME": "/home/a/b.ipynb"}, False),
        ("jupyter-lab", {"JPY_SESSION_NAME": "/home/a/b.ipynb", "KERNEL_GATEWAY": "1"}, True),
        ("jupyter-kernelgateway", {"KERNEL_GATEWAY": "1"}, True),
        ("sh", {"EG_RESPONSE_ADDRESS": "1.2.3.4:8877"}, True),
        ("jupyter-server", {"PATH": "/bin"}, True),
        ("voila", {"PATH": "/bin"}, False),
        ("", {}, False),
    ],
)
def test_a_gateway_is_known_by_what_it_sets_or_leaves_out(
    monkeypatch: pytest.MonkeyPatch, program: str, environment: dict[str, str], gateway: bool
) -> None:
    monkeypatch.setattr(starter, "program", lambda: program)
    assert starter.is_gateway(environment) is gateway
