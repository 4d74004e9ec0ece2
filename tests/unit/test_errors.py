"""Test errors that go from one process to another, as a pool of workers sends them."""

import copy
import pickle
import traceback
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

import reka_notebook.sandbox
import reka_notebook.widgets.studio.studio  # noqa: F401 (for the errors that it knows)
from reka_notebook.api.errors import RateLimited
from reka_notebook.catalogue.errors import InvalidInput
from reka_notebook.errors import RekaError
from reka_notebook.errors.advice import for_options, without_options


def kinds(of: type[RekaError] = RekaError) -> Iterator[type[RekaError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__))
def test_an_error_survives_the_way_to_another_process(kind: type[RekaError]) -> None:
    error = kind.__new__(kind)
    error.args = ("It was refused.",)
    error.field = "duration"  # type: ignore[attr-defined]
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert again.args == error.args
        assert vars(again) == vars(error)


def test_what_an_error_holds_comes_with_it() -> None:
    error = InvalidInput("Not allowed.", field="duration", allowed=[3, 4], nearest=4)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "Not allowed."
    assert (again.field, again.nearest) == ("duration", 4)
    assert issubclass(RateLimited, RekaError)


@pytest.mark.parametrize(
    ("written", "python"),
    [
        ("Another take (--fresh) is charged.", "Another take (fresh=True) is charged."),
        ("Use --fresh for a new take.", "Use fresh=True for a new take."),
        ("To use it: --model veo-3.1.", 'To use it: model="veo-3.1".'),
        ("Name one (--model), or not.", "Name one (model=…), or not."),
        ("To send it anyway: --set duration=7", 'To send it anyway: undeclared={"duration": 7}'),
        ("Anyway: --set 'motion=very fast'", 'Anyway: undeclared={"motion": "very fast"}'),
        ("Anyway: --set loop=true.", 'Anyway: undeclared={"loop": True}.'),
        ("""Anyway: --set 'a=["falsetto", null]'""", """Anyway: undeclared={"a": ['falsetto', None]}"""),
        ("Anyway: --set 'note=...'", 'Anyway: undeclared={"note": "..."}'),
        ("A file's name--fresh", "A file's name--fresh"),
    ],
)
def test_advice_is_in_the_words_of_who_asks(written: str, python: str) -> None:
    error = RekaError(written)
    assert str(error) == python
    with for_options():
        assert str(error) == written
    assert str(error) == python


def test_buttons_have_no_options() -> None:
    assert without_options("Another take (--fresh) is charged.") == "Another take is charged."


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_an_error_shows_the_persons_line_and_nothing_of_the_inside(
    capsys: pytest.CaptureFixture[str], shell: InteractiveShell
) -> None:
    shell.run_line_magic("colors", "nocolor")
    shell.run_cell(
        "import reka_notebook\n\ndef ask():\n    reka_notebook.submit('A pan', 'nowhere.jpg', model='kling-v3-pro')\n"
    )
    shell.run_cell("ask()  # here")
    shown = capsys.readouterr().out
    assert "ask()  # here" in shown
    assert "reka_notebook.submit('A pan'" in shown
    assert "There is no file" in shown
    assert "public.py" not in shown
    assert "direct cause" not in shown
    error = shell.last_execution_result.error_in_exec if shell.last_execution_result else None
    assert error is not None
    assert "public.py" in "".join(traceback.format_exception(error))

    shell.run_cell("__name__ = 'asyncio_of_mine'\nask()  # there")
    assert "ask()  # there" in capsys.readouterr().out, "a name may begin as that of what runs a cell"

    shell.run_line_magic("tb", "Verbose")
    assert "public.py" in capsys.readouterr().out
    shell.run_cell("try:\n    1 / 0\nexcept ZeroDivisionError:\n    ask()")
    assert "ZeroDivisionError" in capsys.readouterr().out
