"""Drive the studio in a page, finding things as an assistive technology does: by roles and names."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect


class StudioView:
    """Drive one view of a studio."""

    def __init__(self, where: Locator) -> None:
        self.root = where.get_by_role("region", name="Studio")
        self.page = where.page
        self.image = self.root.get_by_role("group", name="Start image")
        self.prompt = self.root.get_by_role(
            "textbox", name=re.compile("^(Prompt|Text)$")
        )  # of a speech: Text
        self.model = self.root.get_by_role("combobox", name="Model", exact=True)
        self.generate = self.root.locator(".rk-go")
        wall = self.root.get_by_role("list", name="Takes").get_by_role("listitem")
        self.jobs = wall.filter(has=self.page.locator(".rk-job-tile"))
        self.takes = wall.filter(has_not=self.page.locator(".rk-job-tile"))
        self.at_work = self.root.get_by_role("article", name="Job")
        self.player = self.root.get_by_role("article", name="Player")
        self.video = self.player.locator("video")

    def wait(self) -> "StudioView":
        """Wait until the studio is drawn."""
        expect(self.prompt).to_be_visible()
        self.root.scroll_into_view_if_needed()
        return self

    def has_image(self, name: str) -> None:
        """Wait until the kernel has an image of this name, with its picture."""
        expect(self.image.get_by_role("button", name=re.compile("Replace"))).to_be_visible()
        expect(self.image).to_contain_text(name)
        expect(self.image.get_by_role("img", name=re.compile(re.escape(name)))).to_be_visible()

    def drop(self, path: Path) -> None:
        """Drop a file on the image slot, as from the desktop; the browser itself makes the events."""
        self.image.scroll_into_view_if_needed()
        box = self.image.bounding_box()
        assert box
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        devtools = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
        devtools.detach()

    def choose(self, path: Path) -> None:
        """Choose a file in the browser's file dialogue."""
        with self.page.expect_file_chooser() as opened:
            self.image.get_by_role("button", name="Choose a file").click()
        opened.value.set_files(path)

    def write(self, prompt: str) -> None:
        """Type a prompt in place of what is there."""
        self.prompt.click(position={"x": 20, "y": 16})  # above the prompts to try
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(prompt)

    def watch_for_shifts(self) -> Callable[[], list[str]]:
        """Return what tells which of the studio's elements have moved since, by their classes."""
        self.page.evaluate(
            """() => {
                globalThis.shifts = [];
                new PerformanceObserver(list => shifts.push(...list.getEntries()))
                    .observe({ type: 'layout-shift' });
            }"""
        )

        def moved() -> list[str]:
            found: list[str] = self.page.evaluate(
                """() => shifts.flatMap(shift => shift.sources.map(source => source.node))
                    .map(node => node instanceof Element ? node : node?.parentElement)
                    .filter(element => element?.closest('.rk-root')).map(element => element.className)"""
            )
            return found

        return moved

    def job(self, prompt: str) -> Locator:
        """Return the job with this prompt, on the stage or else on the wall."""
        return self.at_work.or_(self.jobs).filter(has_text=prompt).first


def elapsed(row: Locator) -> int:
    """Return the seconds that a job's row counts."""
    found = re.search(r"·\s(\d+)\ss", row.inner_text())
    assert found, row.inner_text()
    return int(found[1])
