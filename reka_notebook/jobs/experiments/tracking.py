"""Log takes to MLflow and Weights & Biases with their own packages."""

import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import controller
from reka_notebook.jobs.experiments.rows import SETTING, Value, alike, asked, results
from reka_notebook.jobs.recipes import Saved, credentials_words, key_remover, recipe_text
from reka_notebook.jobs.take import Take, TakeFile, library_of
from reka_notebook.kinds import kind_of
from reka_notebook.text import beginning, one_line

LONGEST_PARAM = 6000
"""Characters that MLflow accepts in a parameter."""

TAG = "reka.take"
"""The tag by which the run of a take is found again."""


def log_to_mlflow(
    takes: Iterable[Take | str], experiment: str = "reka-notebook", *, files: bool = True, recipe: bool = True
) -> list[str]:
    """Log each take as an MLflow run, and return the runs' IDs.

    Prompt, model and options become parameters; length, rating and measures become metrics; the file and a still
    become artifacts. A take that the experiment already has is not logged again. Within an active run, the runs are
    its children.

    Args:
        takes: The takes or their IDs.
        experiment: The experiment's name; made if it is missing.
        files: Whether the files are logged, too.
        recipe: Whether the files carry their recipes.

    Raises:
        RekaError: If a take is not in the library, or MLflow is not installed, or cannot be used.
    """
    listed = _listed(takes, "mlflow", "MLflow")
    out = _Out(recipe=recipe)
    import mlflow
    from mlflow.entities import Metric, Param

    client = mlflow.MlflowClient()
    active = mlflow.active_run()
    try:
        known = client.get_experiment_by_name(experiment)
        place = known.experiment_id if known is not None else client.create_experiment(experiment)
        runs: list[str] = []
        for take in listed:
            there = client.search_runs([place], filter_string=f"tags.`{TAG}` = '{take.id}'", max_results=1)
            if there:
                runs.append(there[0].info.run_id)
                continue
            given = {name.removeprefix(SETTING): value for name, value in out.asked(take).items()}
            prompt = str(given["prompt"])
            tags = {TAG: take.id, "mlflow.note.content": prompt or "No prompt"}
            if active is not None:
                tags["mlflow.parentRunId"] = active.info.run_id
            name = beginning(one_line(prompt), 60) or take.id
            start = round(take.record.job.created * 1000)
            run = client.create_run(place, start_time=start, tags=tags, run_name=name).info.run_id
            params = [Param(name, str(value)[:LONGEST_PARAM]) for name, value in given.items()]
            end = round(take.record.kept * 1000)
            found = {
                name: float(value)
                for name, value in results(take).items()
                if isinstance(value, int | float) and not isinstance(value, bool)
            }
            client.log_batch(run, [Metric(name, value, end, 0) for name, value in found.items()], params)
            if take.verdict:
                client.set_tag(run, "verdict", take.verdict)
            if files:
                with TemporaryDirectory() as folder:
                    for file in take.files:
                        client.log_artifact(run, str(out.copy(file, Path(folder))))
                    if take.poster is not None and take.poster.is_file():
                        client.log_artifact(run, str(take.poster))
            client.set_terminated(run, end_time=end)
            runs.append(run)
    except mlflow.MlflowException as error:
        raise RekaError(f"MLflow could not log the takes: {error}") from error
    out.say()
    return runs


def log_to_wandb(
    takes: Iterable[Take | str], project: str = "reka-notebook", *, name: str = "takes", recipe: bool = True
) -> str:
    """Log takes to Weights & Biases as one table with their videos, images and sounds; return the run's ID.

    The table goes into the open run. If none is open, a new run is made and finished.

    Args:
        takes: The takes or their IDs.
        project: The project, if a new run is made.
        name: What the table is called.
        recipe: Whether the files carry their recipes.

    Raises:
        RekaError: If a take is not in the library, or wandb is not installed, or cannot be used.
    """
    listed = _listed(takes, "wandb", "Weights & Biases")
    out = _Out(recipe=recipe)
    import wandb

    rows = alike([{"id": take.id, **out.asked(take), **results(take)} for take in listed])
    kinds = [kind for kind in _KINDS if any(_kind(take.files[0]) == kind for take in listed)]
    try:
        open_run = wandb.run
        run = open_run or wandb.init(project=project, job_type="takes")
        with TemporaryDirectory() as folder:
            table = wandb.Table(columns=[*kinds, *rows[0]])
            for take, row in zip(listed, rows, strict=True):
                file = take.files[0]
                shown = _shown(wandb, file, Path(folder), out)
                # A column in wandb holds one kind.
                cells = [shown if kind == _kind(file) else None for kind in kinds]
                table.add_data(*cells, *row.values())
            run.log({name: table})
            if open_run is None:
                run.finish()
    except wandb.Error as error:
        raise RekaError(f"Weights & Biases could not log the takes: {error}") from error
    out.say()
    return str(run.id)


_KINDS = ("video", "image", "audio")


def _kind(file: TakeFile) -> str | None:
    """Return the kind by which wandb shows a file; ``None`` if it cannot."""
    kind, suffix = kind_of(file.kind), Path(file.file_name).suffix.lower()
    if kind.has_frames:
        return "video" if suffix in (".mp4", ".webm", ".gif") else None
    return "image" if kind.is_image else "audio" if kind.plays else None


def _shown(wandb: Any, file: TakeFile, folder: Path, out: "_Out") -> Any:
    kind = _kind(file)
    if kind is None:
        return None
    path = out.copy(file, folder)
    if kind == "video":
        return wandb.Video(str(path), format=path.suffix.lower()[1:])
    return wandb.Image(str(path)) if kind == "image" else wandb.Audio(str(path))


class _Out:
    """Hand takes out, without the API key, and remember what became of their files.

    Args:
        recipe: Whether the files carry their recipes.
    """

    def __init__(self, *, recipe: bool) -> None:
        self._recipe = recipe
        self._without_key = key_remover()
        self._saved: list[Saved] = []

    def asked(self, take: Take) -> dict[str, Value]:
        """Return a take's request as others may read it."""
        return asked(take, self._without_key)

    def copy(self, file: TakeFile, folder: Path) -> Path:
        """Copy a file into a folder, and return its path there."""
        take = file.take
        text = recipe_text(take.record, library_of(take), self._without_key) if self._recipe else None
        path, saved = file.copied(folder, text)
        self._saved.append(saved)
        return path

    def say(self) -> None:
        """Say what became of the content credentials of the files."""
        if said := credentials_words(self._saved, "Log them with recipe=False"):
            print(said, file=sys.stderr)


def _listed(takes: Iterable[Take | str], package: str, name: str) -> Sequence[Take]:
    """Return the takes, if there are any and the package is installed."""
    if isinstance(takes, str | Take) or not isinstance(takes, Iterable):
        raise RekaError(
            f"Give a list of takes or their IDs, such as takes(); this is of the type {type(takes).__name__}."
        )
    listed: list[Take] = []
    for one in takes:
        if not isinstance(one, Take | str):
            raise RekaError(
                f"Only takes can be logged, or their IDs, and this is of the type {type(one).__name__}."
            )
        listed.append(one if isinstance(one, Take) else controller().take(controller().library.take(one)))
    if not listed:
        raise RekaError("There are no takes to log.")
    if find_spec(package) is None:
        raise RekaError(f"{name} is not installed, so nothing was logged: pip install {package}")
    return listed
