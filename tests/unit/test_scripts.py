"""Test the scripts on machines that lack what they need."""

import subprocess
from pathlib import Path

import pytest

CHROMIUM = Path(__file__).parents[2] / "scripts" / "chromium"
HINT = "The browser tests need Chromium: install it (apt-get install chromium), or set CHROMIUM to its path."


def program(folder: Path, name: str, script: str) -> Path:
    """Write a program into a folder; a script whose PATH is that folder finds no other."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def find_chromium(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", CHROMIUM],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("failing", ["update", "install"])
def test_where_chromium_cannot_be_installed_one_line_says_what_to_do(tmp_path: Path, failing: str) -> None:
    program(tmp_path, "id", "echo 0")
    program(tmp_path, "apt-get", f'echo "E: no network"; [ "$1" != {failing} ]')
    done = find_chromium(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == HINT


def test_where_nothing_may_be_installed_it_says_the_same(tmp_path: Path) -> None:
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "apt-get", "exit 99")
    done = find_chromium(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{HINT}\n")


@pytest.mark.parametrize("package", ["chromium-headless-shell", "chromium"])
def test_the_one_without_windows_is_installed_or_where_there_is_none_the_other(
    tmp_path: Path, package: str
) -> None:
    program(tmp_path, "id", "echo 0")
    chromium = tmp_path / package
    there = f": >{chromium}; /bin/chmod +x {chromium}"
    program(
        tmp_path, "apt-get", f'case "$*" in install*\\ {package}) {there};; update*) ;; *) exit 100;; esac'
    )
    done = find_chromium(tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, str(chromium))


def test_the_one_without_windows_comes_before_the_other(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "")
    quiet = program(tmp_path, "chromium-headless-shell", "")
    assert find_chromium(tmp_path).stdout.strip() == str(quiet)


def test_the_one_that_a_person_names_comes_first(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "")
    own = program(tmp_path, "own", "")
    assert find_chromium(tmp_path, CHROMIUM=str(own)).stdout.strip() == str(own)
