"""Write a file whole or not at all."""

import os
import secrets
from pathlib import Path


def put_in_place(path: Path, data: bytes) -> None:
    """Write a file, private to the person, so that a crash leaves what was there before or all of the new one.

    Raises:
        OSError: If it cannot be written; nothing is left of it then.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
