"""Tell which models there are and which requests there were, in the shapes that lists come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PAGE = 20
"""Requests on one page where a list has pages."""
MOST = 100
"""Requests on a list that has none."""

Model = tuple[str, str]
"""A model and its task."""


@dataclass(frozen=True, slots=True)
class Line:
    """Describe a request as a list of them does; ``created`` is epoch seconds."""

    request_id: str
    endpoint: str
    status: str
    created: float
    prompt: str

    @property
    def model(self) -> Model:
        """Return the model and the task that the endpoint is made of."""
        model, _, task = self.endpoint.rpartition("/")
        return model, task

    @property
    def date(self) -> str:
        """Return when it was made, as ISO 8601."""
        return datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds")


def models_with_capability(models: Iterable[Model]) -> dict[str, Any]:
    """Return ``{"models": [{"model_id", "capability", …}]}``."""
    return {
        "models": [
            {"model_id": model, "capability": task, "name": model.replace("-", " ").title()}
            for model, task in models
        ]
    }


def models_as_data(models: Iterable[Model]) -> dict[str, Any]:
    """Return ``{"object": "list", "data": [{"id", "object", "model", "task"}]}``."""
    found = [
        {"id": f"{model}/{task}", "object": "model", "model": model, "task": task} for model, task in models
    ]
    return {"object": "list", "data": found}


def models_with_tasks(models: Iterable[Model]) -> list[dict[str, Any]]:
    """Return ``[{"id", "tasks": […]}]``."""
    tasks: dict[str, list[str]] = {}
    for model, task in models:
        tasks.setdefault(model, []).append(task)
    return [{"id": model, "tasks": found} for model, found in tasks.items()]


def requests_in_pages(lines: Sequence[Line], query: Mapping[str, str]) -> dict[str, Any]:
    """Return ``{"requests": […], "next_cursor"}``: ``?cursor=`` goes on after the request that it names."""
    ids = [line.request_id for line in lines]
    after = query.get("cursor", "")
    start = ids.index(after) + 1 if after in ids else 0
    limit = query.get("limit", "")
    size = min(max(int(limit), 1), PAGE) if limit.isdecimal() else PAGE
    page = lines[start : start + size]
    more = start + size < len(lines)
    told = [
        {
            "request_id": line.request_id,
            "status": line.status,
            "model_id": line.model[0],
            "capability": line.model[1],
            "created_at": line.date,
            "input": {"prompt": line.prompt},
        }
        for line in page
    ]
    return {"requests": told, "next_cursor": page[-1].request_id if more else None}


def requests_as_data(lines: Sequence[Line], query: Mapping[str, str]) -> dict[str, Any]:
    """Return ``{"object": "list", "data": […]}``, without prompts."""
    told = [
        {
            "request_id": line.request_id,
            "endpoint": line.endpoint,
            "status": line.status,
            "created_at": round(line.created, 3),
        }
        for line in lines[:MOST]
    ]
    return {"object": "list", "data": told}


def requests_bare(lines: Sequence[Line], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a list without an object around it."""
    return [
        {
            "id": line.request_id,
            "state": line.status,
            "model": line.endpoint,
            "created": line.date,
            "prompt": line.prompt,
        }
        for line in lines[:MOST]
    ]


def requests_as_items(lines: Sequence[Line], query: Mapping[str, str]) -> dict[str, Any]:
    """Return ``{"items": […], "total"}`` with names in camel case and times in milliseconds."""
    told = [
        {
            "requestId": line.request_id,
            "status": line.status.lower(),
            "modelId": line.model[0],
            "createdAt": round(line.created * 1000),
            "request": {"input": {"prompt": line.prompt}},
        }
        for line in lines[:MOST]
    ]
    return {"items": told, "total": len(lines)}
