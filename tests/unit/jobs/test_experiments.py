"""Test what goes out to where people keep experiments; the real packages are tried by `make test-exports`."""

import json
import sys
from pathlib import Path

import msgspec
import pytest

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs.experiments import write_dataset
from reka_notebook.jobs.experiments.rows import alike, asked, results
from reka_notebook.jobs.recipes import read_recipe
from reka_notebook.jobs.take import Take
from reka_notebook.media.recipes.films import CREDENTIALS_BOX
from tests.conftest import PHOTO


def test_a_data_set_has_media_with_recipes_and_a_line_for_each(process, tmp_path) -> None:
    one = process.submit("Pan left", duration="5", cfg_scale=0.7).result(10)
    other = process.submit("Pan right", image=one).result(10)
    one.rate(2)
    one.pick()
    one.annotate("for my eyes only")
    folder = tmp_path / "films"
    one = process.controller.take(process.controller.library.take(one.id))
    written = write_dataset([one, other], folder).paths
    assert sorted(path.name for path in written) == sorted(path.name for path in folder.iterdir())
    lines = (folder / "metadata.jsonl").read_text("utf-8")
    first, second = map(json.loads, lines.splitlines())
    assert first.keys() == second.keys()
    assert (first["file_name"], first["prompt"], first["rating"], first["verdict"]) == (
        one.file_name,
        "Pan left",
        2,
        "picked",
    )
    assert (first["setting.duration"], first["setting.cfg_scale"], second["setting.cfg_scale"]) == (
        "5",
        0.7,
        None,
    )
    assert (first["parents"], second["parents"]) == (None, one.id)
    assert "motion" in first
    assert (
        read_recipe(folder / first["file_name"]).prompt == json.loads(first["recipe"])["prompt"] == "Pan left"
    )
    assert "my eyes" not in lines
    assert str(tmp_path) not in lines
    assert 'load_dataset("videofolder", data_dir=".")' in (folder / "README.md").read_text("utf-8")
    with pytest.raises(RekaError, match="already exists"):
        write_dataset([one], folder)
    plain = write_dataset([other], tmp_path / "plain", recipe=False).paths
    assert plain[0].read_bytes() == other.path.read_bytes()
    assert json.loads((tmp_path / "plain" / "metadata.jsonl").read_text("utf-8"))["recipe"] is None


def test_each_kind_is_a_data_set_of_its_own(process, tmp_path) -> None:
    film = process.submit("Pan left").result(10)
    voice = process.submit("good morning", model="some-model/text-to-speech").result(10)
    write_dataset([film, voice], tmp_path)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} >= {"videos", "sounds"}
    told = json.loads((tmp_path / "sounds" / "metadata.jsonl").read_text("utf-8"))
    assert (tmp_path / "sounds" / told["file_name"]).is_file()
    with pytest.raises(RekaError, match="none of these takes is one"):
        write_dataset([], tmp_path / "none")


def test_what_is_private_stays_and_columns_have_one_type(process) -> None:
    take = process.submit("like https://host.test/a.png?sig=hush").result(10)
    words = {
        **take.request.input,
        "audio_url": "https://host.test?sig=hush",
        "api_key": "hush",
        "list": [1, 2],
    }
    job = msgspec.structs.replace(
        take.record.job, request=msgspec.structs.replace(take.request, input=words), person="Ann"
    )
    row = asked(Take(msgspec.structs.replace(take.record, job=job), process.controller.library), str)
    assert "hush" not in str(row)
    assert row["setting.list"] == "[1,2]"
    assert "Ann" not in str(row | results(take))
    assert alike([{"a": 1, "b": "x"}, {"a": 1.5, "b": 2}, {"c": None}]) == [
        {"a": 1.0, "b": "x", "c": None},
        {"a": 1.5, "b": "2", "c": None},
        {"a": None, "b": None, "c": None},
    ]


def test_a_package_that_is_not_there_is_named(process, monkeypatch) -> None:
    take = process.submit("Pan left").result(10)
    for name, log in (("mlflow", reka_notebook.log_to_mlflow), ("wandb", reka_notebook.log_to_wandb)):
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setattr("reka_notebook.jobs.experiments.tracking.find_spec", lambda _: None)
        with pytest.raises(RekaError, match=f"is not installed, so nothing was logged: pip install {name}"):
            log([take])
        for wrong, words in (
            ([], "There are no takes to log"),
            (["zz"], "starts with 'zz'"),
            ("zz", "a list of takes or their IDs, such as takes\\(\\); this is of the type str"),
            ([7], "of the type int"),
        ):
            with pytest.raises(RekaError, match=words):
                log(wrong)


def test_the_command_writes_a_data_set(process, tmp_path, capsys) -> None:
    from reka_notebook.__main__ import main

    take = process.submit("Pan left").result(10)
    reka_notebook.configure(home=process.controller.library.home)
    boxes = process.submit("the cup", image=PHOTO, model="reka-edge-2603/image-to-bbox").result(10)
    ids = [take.id, boxes.id, take.id]
    with take.path.open("ab") as film:  # a box of credentials
        film.write((24).to_bytes(4) + b"uuid" + CREDENTIALS_BOX)
    assert main(["export", "--as", "huggingface", "--to", str(tmp_path / "set"), *ids]) == 0
    shown = capsys.readouterr()
    names = [Path(line).name for line in shown.out.splitlines()]
    assert names == [take.file_name, "metadata.jsonl", "README.md"], (
        "a take that was named twice is there once"
    )
    assert "1 take left out: a data set holds videos, images and sounds." in shown.err
    changed = "still in this copy, but the recipe makes them invalid"
    assert changed in shown.err
    for more, words in (
        ([], changed),
        (["--no-recipe"], "are kept: the copy is the original, byte for byte"),
    ):
        for form in ("files", "huggingface"):
            folder = str(tmp_path / f"{form}{len(more)}")
            assert main(["export", "--as", form, "--to", folder, *more, take.id]) == 0
            assert words in capsys.readouterr().err
