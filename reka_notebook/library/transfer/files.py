"""Bring the media of a take, and the images of a request, from one library to another."""

import hashlib
import os
from typing import BinaryIO

from msgspec import structs

from reka_notebook.library.errors import LibraryError
from reka_notebook.library.folder import create_private, disk_in_words, private_folder
from reka_notebook.library.library import Library
from reka_notebook.library.records import JobRecord, TakeRecord

_AT_ONCE = 2**20


class Damaged(LibraryError):
    """Report that a file is not what was kept."""


def copy_files(take: TakeRecord, source: Library, target: Library) -> tuple[TakeRecord, list[str]]:
    """Copy a take's files and their posters, and return the take with their digests, and what is missing.

    Raises:
        Damaged: If a file is not what the source kept, or did not arrive as it was.
        LibraryError: If something cannot be read or written now.
    """
    sent: dict[str, str] = {}
    missing = []
    for file in take.files:
        try:
            with source.media.open(file) as stream:
                sent[file.name] = _arrive(stream, file.name, target)
        except FileNotFoundError:
            missing.append(file.name)
            continue
        if file.sha256 not in (None, sent[file.name]):
            raise Damaged(
                f"{source.media.where(file)} is damaged: it is not what was kept. Bring it back from a backup, "
                "and copy again. Nothing is charged by this."
            )
        poster = source.media.poster(file)
        if file.poster and poster is not None and poster.is_file():
            with poster.open("rb") as stream:
                sent[file.poster] = _arrive(stream, file.poster, target)
    there = [
        structs.replace(file, poster=file.poster if file.poster in sent else None)
        for file in take.files
        if file.name in sent
    ]
    sealed = {file.name: file for file in target.media.publish(structs.replace(take, files=there)).files}
    for file in sealed.values():
        for name, digest in ((file.name, file.sha256), (file.poster, file.poster_sha256)):
            if name and sent[name] != digest:
                raise Damaged(f"{name} did not arrive as it was sent. Copy again; nothing is lost.")
    files = [
        structs.replace(sealed[file.name], poster=file.poster) if file.name in sealed else file
        for file in take.files
    ]
    arrived = structs.replace(take, files=files)
    target.media.write_sidecar(arrived)
    target.media.settle(arrived)
    return arrived, missing


def _arrive(stream: BinaryIO, name: str, target: Library) -> str:
    """Write a file to where whole files are put, and return its digest."""
    path = target.media.arriving(name)
    private_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    with disk_in_words(path):
        create_private(part)
        with part.open("wb") as file:
            while piece := stream.read(_AT_ONCE):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    return digest.hexdigest()


def copy_images(job: JobRecord, source: Library, target: Library) -> list[str]:
    """Copy the images of a request, and return the digests of those that the source does not have."""
    missing = []
    for digest in dict.fromkeys(use.digest for uses in job.request.images.values() for use in uses):
        try:
            data = source.images.read(digest)
        except LibraryError:
            missing.append(digest)
            continue
        target.images.keep(digest, data)  # of what was given as pixels, the digest is not that of these bytes
        target.images.share(digest)
    return missing
