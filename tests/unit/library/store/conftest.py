"""Keep media in a bucket, or in a folder that machines share."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reka_notebook.library import Library
from tests.servers.s3 import S3


@dataclass
class Place:
    """Hold a store, and look into it behind the library's back."""

    address: str
    names: Callable[[], dict[str, int]]
    replace: Callable[[str, bytes], None]


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a store of each kind."""
    if request.param == "s3":
        server: S3 = request.getfixturevalue("s3")
        bucket = server.bucket()

        def names() -> dict[str, int]:
            return {key.removeprefix("reka/"): size for key, size in server.keys(bucket).items()}

        return Place(
            f"s3://{bucket}/reka", names, lambda key, data: server.replace(bucket, f"reka/{key}", data)
        )
    folder = tmp_path / "shared"
    folder.mkdir()

    def found() -> dict[str, int]:
        files = [Path(where, name) for where, _, names in os.walk(folder) for name in names]
        return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}

    return Place(str(folder), found, lambda key, data: (folder / key).write_bytes(data) and None)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Open libraries, each as on a machine of its own: ``opened("ada", place.address)``."""
    libraries: list[Library] = []

    def open_one(machine: str, address: str, **more: int) -> Library:
        libraries.append(Library(tmp_path / machine, address, **more))
        return libraries[-1]

    yield open_one
    for library in libraries:
        library.close()
