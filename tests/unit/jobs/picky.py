"""Serve one set of field names, and complain of one thing at a time, in either shape of an error."""

import json
from collections.abc import Callable
from typing import Any

from tests.local_server import Handler, LocalServer

REQUESTS = "/v2/inference/requests/"


def as_error(status: int, field: str, words: str) -> tuple[int, Any]:
    """Return a refusal in Reka's shape."""
    return status, {"error": {"type": "validation_error", "message": words, "param": field}}


def as_detail(status: int, field: str, words: str) -> tuple[int, Any]:
    """Return a refusal in FastAPI's shape."""
    return status, {"detail": [{"loc": ["body", "input", field], "msg": words, "type": "value_error"}]}


def in_words(status: int, field: str, words: str) -> tuple[int, Any]:
    """Return a refusal that names its field in its words alone."""
    return status, {"error": {"type": "validation_error", "message": f"{field}: {words}"}}


Shape = Callable[[int, str, str], tuple[int, Any]]


class Picky(LocalServer):
    """Accept an input whose fields are exactly of the given names and types.

    ``fields`` are by name: the type, and whether it is required. ``seen`` are the bodies that came with
    their keys, ``charges`` the bodies that were accepted, by key; a used key is answered as before.
    ``before`` may answer a submission in its place.
    """

    def __init__(
        self, film: bytes, fields: dict[str, tuple[type, bool]], shape: Shape = as_error, status: int = 400
    ) -> None:
        self.fields, self.shape, self.status = fields, shape, status
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        self.charges: dict[str, dict[str, Any]] = {}
        self.before: Callable[[int], tuple[int, Any] | None] = lambda number: None
        picky = self

        class Asked(Handler):
            def post(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*picky.submit(self.headers["Idempotency-Key"], body["input"]))

            def get(self) -> None:
                if self.path == "/film":
                    self.answer(200, film, "video/mp4")
                elif self.path.startswith(REQUESTS):
                    done = {"status": "COMPLETED", "request_id": self.path[len(REQUESTS) :].partition("/")[0]}
                    self.answer(200, done | {"output": {"video_url": f"{picky.url}/film"}})
                else:
                    self.answer(404, {"error": {"type": "not_found_error", "message": "no list here"}})

        super().__init__(Asked)

    def submit(self, key: str, given: dict[str, Any]) -> tuple[int, Any]:
        """Answer a submission."""
        self.seen.append((key, given))
        if (instead := self.before(len(self.seen))) is not None:
            return instead
        if key not in self.charges:
            if problem := self.problem(given):
                self.refused.append(key)
                return self.shape(self.status, *problem)
            self.charges[key] = given
        number = list(self.charges).index(key)
        return 202, {"request_id": f"r-{number}", "status": "IN_QUEUE"}

    def problem(self, given: dict[str, Any]) -> tuple[str, str] | None:
        """Return the first thing that is wrong with an input: the field, and the words."""
        for name in given:
            if name not in self.fields:
                return name, "extra fields not permitted"
        for name, (kind, required) in self.fields.items():
            if name not in given:
                if required:
                    return name, "field required"
            elif type(given[name]) is not kind:
                words = {str: "a string", int: "an integer", list: "a list"}[kind]
                return name, f"must be {words}"
        return None
