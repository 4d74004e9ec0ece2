"""JSON Merge Patch, RFC 7396: applying one, and finding the one that leads from here to there."""

from __future__ import annotations

from collections.abc import Mapping

from reka_notebook.catalogue.endpoint import JSON
from reka_notebook.catalogue.equality import equal


def apply_patch(target: JSON, patch: JSON) -> JSON:
    """`target` with `patch` merged into it, as a new value. A null in the patch removes; lists are replaced."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = apply_patch(merged.get(key), value)
    return merged


def find_patch(old: Mapping[str, JSON], new: Mapping[str, JSON]) -> dict[str, JSON]:
    """The patch that turns `old` into `new`. A null in `new` cannot be said by a patch, and counts as absent."""
    patch: dict[str, JSON] = {key: None for key in old if new.get(key) is None and old[key] is not None}
    for key, value in new.items():
        before = old.get(key)
        if value is None or equal(value, before):
            continue
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            patch[key] = find_patch(before, value)
        else:
            patch[key] = value
    return patch
