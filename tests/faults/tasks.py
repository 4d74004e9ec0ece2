"""Name what is asked of each task in the suites, and check what was kept of it."""

from dataclasses import dataclass, field
from typing import Any

from reka_notebook import media
from reka_notebook.jobs import Job, State, Take
from tests.processes import MODEL, Process


@dataclass(frozen=True)
class Task:
    """Say how a task is asked for, and what comes of it."""

    model: str
    kind: str
    files: int = 1
    values: dict[str, Any] = field(default_factory=dict)
    image: bool = False

    @property
    def has_media(self) -> bool:
        """Return whether there is a file to be fetched, and the answer is not all there is."""
        return self.kind != "boxes"

    def submit(self, process: Process, prompt: str = "", **options: Any) -> Job:
        """Ask for it; of a sound a short one, which also arrives in time a byte at a time."""
        prompt = prompt or ("Go" if self.kind == "audio" else "a boat, a star")
        return process.submit(prompt, model=self.model, **self.values, **options)


TASKS = {
    "image-to-video": Task(MODEL, "video", image=True),
    "text-to-video": Task("wan2.2-flash/text-to-video", "video"),
    "text-to-image": Task("nano-banana/text-to-image", "image", 2, {"num_images": 2}),
    "edit": Task("nano-banana/edit", "image", image=True),
    "text-to-speech": Task("eleven-v3/text-to-speech", "audio"),
    "image-to-bbox": Task("reka-edge-2603/image-to-bbox", "boxes", image=True),
}


def assert_kept(process: Process, take: object, task: Task) -> None:
    """Check that this is the only take there is, and that it is whole."""
    assert isinstance(take, Take), take
    assert_whole(take, task)
    library = process.controller.library
    assert [kept.id for kept in process.controller.takes()] == [take.id]
    assert library.jobs.get(take.id).state == State.KEPT
    assert list((library.home / "incoming").iterdir()) == []


def assert_whole(take: Take, task: Task) -> None:
    """Check that a take has every file of its task, each of which can be used."""
    assert [file.kind for file in take.record.files] == [task.kind] * task.files
    if task.kind == "boxes":
        assert take.boxes
    else:
        assert all(media.probe(file.path).kind == task.kind for file in take.files)
    assert take.poster is not None
