"""The catalogue: whether the person's own file can be read, and what it corrects."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reka_notebook import catalogue
from reka_notebook.catalogue import Catalogue, CatalogueError, Mark
from reka_notebook.catalogue.build import build
from reka_notebook.catalogue.overrides import facts
from reka_notebook.catalogue.sources import bundled
from reka_notebook.commands.checks.check import Findings
from reka_notebook.commands.corrections import person_file, read_person_file


def check_catalogue(given: Path | None, found: Findings) -> Catalogue:
    """The catalogue; where the person's file is broken, as it comes with the package."""
    try:
        known = catalogue.load(given)
    except CatalogueError as error:
        found.problem("Catalogue", str(error), "Correct the file, or move it away.")
        return build(bundled())
    try:
        path = person_file(given)
        own = read_person_file(path)
    except CatalogueError:  # an account without a folder for it
        own = {}
    if own:
        found.ok("Catalogue", f"with what {path} says of {', '.join(_overrides(own)) or 'nothing'}")
    else:
        found.ok("Catalogue", "as it comes with the package")
    assumed = sum(
        endpoint.mark(fact) is Mark.assumed
        for endpoint in known.endpoints.values()
        for fact in ("path", *(f"input.{name}" for name in endpoint.properties))
    )
    if assumed:
        found.note(
            "Assumptions",
            f"{assumed} paths and fields are assumed, and not documented by Reka (see catalogue)",
        )
    return known


def _overrides(own: Mapping[str, Any]) -> Iterator[str]:
    """What a file corrects, a few words for each endpoint."""
    if "default" in own:
        yield "the default"
    for name in own.get("routes", {}):
        yield f"the route {name}"
    for id_, change in own.get("endpoints", {}).items():
        said = (
            [fact.rpartition(".")[2] for fact in facts(change)] if isinstance(change, Mapping) else ["gone"]
        )
        yield f"{id_} ({', '.join(said)})" if said else id_
