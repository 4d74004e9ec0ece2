"""Let takes and jobs show themselves in a notebook: set up once, with nothing heavy loaded before one is shown."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reka_notebook.display import formatters
from reka_notebook.jobs import Job, Sweep, Take, Takes, controller
from reka_notebook.output.front_end import has_front_end
from reka_notebook.output.notebook_file import main_namespace
from reka_notebook.whole_file import given_path

if TYPE_CHECKING:
    from reka_notebook.chat import Description, Suggestions
    from reka_notebook.jobs.lineage.family import Family
    from reka_notebook.library import Library
    from reka_notebook.output.compared.comparison import Comparison
    from reka_notebook.study.study import Study


def register() -> None:
    """Let takes and jobs show themselves as a cell's output does, from now on."""
    formatters.take, formatters.job, formatters.takes, formatters.sweep = _take, _job, _takes, _sweep
    formatters.suggestions, formatters.description = _suggestions, _description
    formatters.compare, formatters.describe = compare, _describe
    formatters.study = _study
    formatters.sheet = _sheet
    formatters.family, formatters.tree, formatters.listed = _family_of, _tree, Takes


def compare(takes: "Sequence[Take | str]", embed: bool | None = None) -> "Comparison":
    """Show two to four takes side by side."""
    from reka_notebook.output.compared.comparison import Comparison

    return Comparison(takes, controller(), main_namespace(), embed)


def _take(take: Take) -> dict[str, Any]:
    from reka_notebook.catalogue.catalogue import endpoint_title
    from reka_notebook.output.html import bundle

    if not has_front_end():
        return {"text/plain": repr(take)}
    return bundle(take, endpoint_title(take.request.endpoint, controller().catalogue), main_namespace())


def _job(job: Job) -> dict[str, Any]:
    from reka_notebook.output.html import job_html

    if job.take is not None:
        return _take(job.take)
    return {"text/plain": repr(job), **({"text/html": job_html(job)} if has_front_end() else {})}


def _sheet(
    title: str, takes: Sequence[Take], page: "str | os.PathLike[str]", *, copy: bool, paper: str, **more: Any
) -> list[Path]:
    from reka_notebook.output.contact_sheet import ContactSheet

    sheet = ContactSheet(title, takes, controller().catalogue, **more)
    return sheet.write(given_path(page), copy=copy, paper=paper)


def _takes(takes: Takes) -> dict[str, Any]:
    from reka_notebook.output.take_list import takes_bundle

    return takes_bundle(takes)


def _family_of(take: Take, library: "Library", hide_low: bool) -> "Family":
    from reka_notebook.jobs.lineage.family import family_of

    return family_of(take, library, hide_low=hide_low)


def _tree(family: "Family") -> dict[str, Any]:
    from reka_notebook.output.family.html import family_bundle
    from reka_notebook.output.family.text import family_text

    catalogue = controller().catalogue
    if not has_front_end():
        return {"text/plain": family_text(family, catalogue)}
    return family_bundle(family, catalogue)


def _study(study: "Study") -> dict[str, Any]:
    from reka_notebook.output.study import study_bundle

    return study_bundle(study)


def _sweep(sweep: Sweep) -> dict[str, Any]:
    from reka_notebook.output.final_output import sweep_bundle

    return sweep_bundle(sweep, main_namespace())


def _suggestions(found: "Suggestions") -> dict[str, Any]:
    from reka_notebook.output.compared.suggested import suggestions_bundle

    return suggestions_bundle(found)


def _description(found: "Description") -> dict[str, Any]:
    from reka_notebook.output.compared.suggested import description_bundle

    return description_bundle(found)


def _describe(take: Take, model: str | None, keep: bool, fresh: bool) -> "Description":
    from reka_notebook.chat import describe

    return describe(take, model=model, keep=keep, fresh=fresh)
