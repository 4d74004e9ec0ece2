"""Test errors that go from one process to another, as a pool of workers sends them."""

import copy
import pickle
from collections.abc import Iterator

import pytest

import reka_notebook.sandbox
import reka_notebook.widgets.studio.studio  # noqa: F401 (for the errors that it knows)
from reka_notebook.api.errors import RateLimited
from reka_notebook.catalogue.errors import InvalidInput
from reka_notebook.errors import RekaError


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
