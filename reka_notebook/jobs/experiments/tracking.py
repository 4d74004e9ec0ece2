"""Log takes to MLflow and to Weights & Biases, by these packages' own means."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reka_notebook.errors import RekaError
from reka_notebook.jobs.experiments.rows import SETTING, alike, asked, results
from reka_notebook.jobs.take import Take, TakeFile
from reka_notebook.kinds import kind_of
from reka_notebook.text import beginning, one_line

LONGEST_PARAM = 6000
"""Characters of a parameter that MLflow takes."""

TAG = "reka.take"
"""What a run is known by again."""


def log_to_mlflow(
    takes: Iterable[Take], experiment: str = "reka-notebook", *, files: bool = True, recipe: bool = True
) -> list[str]:
    """Log each take as a run of MLflow, and return the runs' IDs.

    Options are parameters; length, rating and measures are metrics; the file and a still are artifacts. A take that
    the experiment has already is not logged again. Within an active run they are its children.

    Args:
        takes: The takes.
        experiment: The experiment's name; made where it is missing.
        files: Whether the files are logged, too.
        recipe: Whether they carry their recipes.

    Raises:
        RekaError: If MLflow is not installed, or cannot be used.
    """
    listed = _listed(takes, "mlflow", "MLflow")
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
            tags = {TAG: take.id, "mlflow.note.content": take.prompt or "No prompt"}
            if active is not None:
                tags["mlflow.parentRunId"] = active.info.run_id
            name = beginning(one_line(take.prompt), 60) or take.id
            start = round(take.record.job.created * 1000)
            run = client.create_run(place, start_time=start, tags=tags, run_name=name).info.run_id
            given = {name.removeprefix(SETTING): value for name, value in asked(take).items()}
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
                        client.log_artifact(run, str(file.save(Path(folder), recipe=recipe)))
                    if take.poster is not None and take.poster.is_file():
                        client.log_artifact(run, str(take.poster))
            client.set_terminated(run, end_time=end)
            runs.append(run)
    except mlflow.MlflowException as error:
        raise RekaError(f"MLflow could not log the takes: {error}") from error
    return runs


def log_to_wandb(
    takes: Iterable[Take], project: str = "reka-notebook", *, name: str = "takes", recipe: bool = True
) -> str:
    """Log takes as one table of Weights & Biases, with their films, images and sounds; return the run's ID.

    Within a run that is open, that one has the table. Else a run of its own is made, and ended.

    Args:
        takes: The takes.
        project: The project, for a run of its own.
        name: What the table is called.
        recipe: Whether the files carry their recipes.

    Raises:
        RekaError: If wandb is not installed, or cannot be used.
    """
    listed = _listed(takes, "wandb", "Weights & Biases")
    import wandb

    rows = alike([{"id": take.id, **asked(take), **results(take)} for take in listed])
    kinds = [kind for kind in _KINDS if any(_kind(take.files[0]) == kind for take in listed)]
    try:
        open_run = wandb.run
        run = open_run or wandb.init(project=project, job_type="takes")
        with TemporaryDirectory() as folder:
            table = wandb.Table(columns=[*kinds, *rows[0]])
            for take, row in zip(listed, rows, strict=True):
                file = take.files[0]
                shown = _shown(wandb, file, Path(folder), recipe=recipe)
                # A column of wandb's holds one kind.
                cells = [shown if kind == _kind(file) else None for kind in kinds]
                table.add_data(*cells, *row.values())
            run.log({name: table})
            if open_run is None:
                run.finish()
    except wandb.Error as error:
        raise RekaError(f"Weights & Biases could not log the takes: {error}") from error
    return str(run.id)


_KINDS = ("video", "image", "audio")


def _kind(file: TakeFile) -> str | None:
    """Return as what wandb shows a file; ``None`` if it does not."""
    kind, suffix = kind_of(file.kind), Path(file.file_name).suffix.lower()
    if kind.has_frames:
        return "video" if suffix in (".mp4", ".webm", ".gif") else None
    return "image" if kind.is_image else "audio" if kind.plays else None


def _shown(wandb: Any, file: TakeFile, folder: Path, *, recipe: bool) -> Any:
    kind = _kind(file)
    if kind is None:
        return None
    path = file.save(folder, recipe=recipe)
    if kind == "video":
        return wandb.Video(str(path), format=path.suffix.lower()[1:])
    return wandb.Image(str(path)) if kind == "image" else wandb.Audio(str(path))


def _listed(takes: Iterable[Take], package: str, name: str) -> Sequence[Take]:
    """Return the takes, where there are some and the package is there."""
    listed = list(takes)
    if not listed:
        raise RekaError("There are no takes to log.")
    if find_spec(package) is None:
        raise RekaError(f"{name} is not installed, so nothing was logged: pip install {package}")
    return listed
