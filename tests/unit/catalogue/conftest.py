from pathlib import Path

import pytest

from reka_notebook import catalogue


@pytest.fixture(autouse=True)
def no_file_of_the_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use the bundled catalogue, whoever runs the tests."""
    monkeypatch.delenv("REKA_NOTEBOOK_CATALOGUE", raising=False)
    monkeypatch.setattr(
        "reka_notebook.catalogue.sources.default_path", lambda: tmp_path / "config" / "catalogue.json"
    )


@pytest.fixture
def cat() -> catalogue.Catalogue:
    return catalogue.load()
