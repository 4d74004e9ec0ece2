"""Hand takes to the real packages, offline: `make test-exports`, in an environment that has them."""

import json
from pathlib import Path

import pytest
from PIL import Image

import reka_notebook
from reka_notebook.__main__ import main
from reka_notebook.jobs import Take
from reka_notebook.sandbox import Sandbox

datasets = pytest.importorskip("datasets")
mlflow = pytest.importorskip("mlflow")
wandb = pytest.importorskip("wandb")


KEY = "rk-live-0123456789abcdef"
"""A key that a person has pasted into a prompt."""


@pytest.fixture
def takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Take]:
    photo = tmp_path / "photo.jpg"
    Image.linear_gradient("L").convert("RGB").resize((160, 90)).save(photo)
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.setenv(name, "1")
    with Sandbox(seconds=0.05, render="small", profile="catalogue") as url:
        reka_notebook.configure(base_url=url)
        films = [
            reka_notebook.submit("Pan left", photo, model="kling-v3-pro", duration=3, cfg_scale=0.7),
            reka_notebook.submit("Pan right", photo, model="kling-v3-pro", duration=3),
        ]
        picture = reka_notebook.submit("A boat", model="nano-banana", task="text-to-image")
        voice = reka_notebook.submit(f"Mind the {KEY}.", model="eleven-v3/text-to-speech")
        made = [job.result(60) for job in (*films, picture, voice)]
    made[0].rate(3)
    return made


def test_hugging_face_loads_what_export_writes(takes: list[Take], tmp_path: Path) -> None:
    folder, mixed = tmp_path / "films", tmp_path / "mixed"
    assert main(["export", "--as", "huggingface", "--to", str(folder), *(take.id for take in takes[:2])]) == 0
    loaded = datasets.load_dataset(
        "videofolder", data_dir=str(folder), cache_dir=str(tmp_path / "cache"), split="train"
    ).cast_column("video", datasets.Video(decode=False))
    assert loaded["prompt"][:] == ["Pan left", "Pan right"]
    assert loaded["setting.cfg_scale"][:] == [0.7, None]
    assert loaded["rating"][:] == [3, None]
    assert [Path(film["path"]).name for film in loaded["video"]] == [take.file_name for take in takes[:2]]
    assert json.loads(loaded[0]["recipe"])["prompt"] == "Pan left"
    assert "motion" in loaded.column_names
    assert main(["export", "--as", "huggingface", "--to", str(mixed), *(take.id for take in takes)]) == 0
    # Sounds load only where torchcodec is, which brings PyTorch.
    for loader, name, column in (("videofolder", "videos", "video"), ("imagefolder", "images", "image")):
        part = datasets.load_dataset(
            loader, data_dir=str(mixed / name), cache_dir=str(tmp_path / "cache"), split="train"
        )
        assert column in part.column_names
        assert part.num_rows == (2 if name == "videos" else 1)
    assert part["prompt"][:] == ["A boat"]
    assert part[0]["image"].size == (takes[2].file.width, takes[2].file.height)
    # As the hub finds out by itself what a folder holds.
    whole = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"), split="train")
    assert isinstance(whole.features["video"], datasets.Video)


@pytest.mark.parametrize("store", ["sqlite", "folder"])
def test_mlflow_has_a_run_for_each_take_once(
    takes: list[Take], tmp_path: Path, store: str, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    where = f"sqlite:///{tmp_path / 'mlflow.db'}" if store == "sqlite" else (tmp_path / "runs").as_uri()
    mlflow.set_tracking_uri(where)
    runs = reka_notebook.log_to_mlflow(takes, "harbour")
    assert reka_notebook.log_to_mlflow(takes, "harbour") == runs
    client = mlflow.MlflowClient()
    run = client.get_run(runs[0])
    assert run.info.status == "FINISHED"
    assert run.data.params["cfg_scale"] == "0.7"
    assert run.data.params["prompt"] == "Pan left"
    assert run.data.metrics["rating"] == 3
    assert run.data.metrics["seconds"] == pytest.approx(takes[0].file.duration)
    artifacts = {one.path for one in client.list_artifacts(runs[0])}
    assert takes[0].file_name in artifacts
    local = client.download_artifacts(runs[0], takes[0].file_name, str(tmp_path))
    assert reka_notebook.read_recipe(local).prompt == "Pan left"
    monkeypatch.setenv("REKA_API_KEY", KEY)
    [run] = reka_notebook.log_to_mlflow([takes[3].id], "told", files=False)
    told = client.get_run(run)
    assert told.info.run_name == told.data.params["prompt"] == "Mind the [the API key]."
    assert KEY not in str(told.data)
    with mlflow.start_run() as above:
        (child,) = reka_notebook.log_to_mlflow(takes[:1], "below", files=False)
    assert client.get_run(child).data.tags["mlflow.parentRunId"] == above.info.run_id
    assert not client.list_artifacts(child)


def test_wandb_has_them_in_a_table(
    takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    for name in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR", "WANDB_ARTIFACT_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    run = reka_notebook.log_to_wandb(takes, "harbour")
    (folder,) = (tmp_path / "wandb").glob(f"offline-run-*-{run}")
    (table,) = (folder / "files" / "media" / "table").glob("takes_*.table.json")
    told = json.loads(table.read_text("utf-8"))
    assert [row[told["columns"].index("prompt")] for row in told["data"]] == [take.prompt for take in takes]
    assert told["columns"][:3] == ["video", "image", "audio"]
    assert [row[:3] for row in told["data"]][1:] == [
        ["Video", None, None],
        [None, "Image", None],
        [None, None, "Audio"],
    ]
    # The files themselves are in the table's artifact, which waits to be synchronised.
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 1000]
    prompts = {found.prompt for path in kept if (found := reka_notebook.read_recipe(path)) is not None}
    assert prompts == {take.prompt for take in takes}
    with wandb.init(project="mine") as mine:
        assert reka_notebook.log_to_wandb(takes[:1]) == mine.id
        assert wandb.run is not None, "a run that is open stays so"
