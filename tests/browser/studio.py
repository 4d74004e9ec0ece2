"""The studio in a page, found as an assistive technology finds it: by roles and names."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Locator, expect


class StudioView:
    """One view of a studio."""

    def __init__(self, where: Locator) -> None:
        self.root = where.get_by_role("region", name="Studio")
        self.page = where.page
        self.image = self.root.get_by_role("group", name="Start image")
        self.prompt = self.root.get_by_role("textbox", name="Prompt", exact=True)
        self.model = self.root.get_by_role("combobox", name="Model")
        self.generate = self.root.get_by_role("button", name="Generate")
        self.jobs = self.root.get_by_role("list", name="Jobs").get_by_role("listitem")
        self.takes = self.root.get_by_role("list", name="Takes").get_by_role("listitem")
        self.player = self.root.get_by_role("article", name="Player")
        self.video = self.player.locator("video")

    def wait(self) -> "StudioView":
        """Wait until it is drawn."""
        expect(self.prompt).to_be_visible()
        self.root.scroll_into_view_if_needed()
        return self

    def has_image(self, name: str) -> None:
        """Wait until the kernel has an image of this name, with its picture."""
        expect(self.image.get_by_role("button", name=re.compile("Replace"))).to_be_visible()
        expect(self.image).to_contain_text(name)
        expect(self.image.get_by_role("img", name=re.compile(re.escape(name)))).to_be_visible()

    def drop(self, path: Path, media_type: str) -> None:
        """Drop a file on the studio: the browser's own drag events, with a DataTransfer that holds the file."""
        transfer = self.page.evaluate_handle(
            """([data, name, type]) => {
                const transfer = new DataTransfer();
                const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type }));
                return transfer;
            }""",
            [base64.b64encode(path.read_bytes()).decode(), path.name, media_type],
        )
        for event in ("dragenter", "dragover", "drop"):
            self.image.dispatch_event(event, {"dataTransfer": transfer})

    def choose(self, path: Path) -> None:
        """Choose a file in the browser's file dialogue."""
        with self.page.expect_file_chooser() as opened:
            self.image.get_by_role("button", name="Choose a file").click()
        opened.value.set_files(path)

    def write(self, prompt: str) -> None:
        """Type a prompt in place of what is there."""
        self.prompt.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(prompt)

    def job(self, prompt: str) -> Locator:
        """The row of the job with this prompt."""
        return self.jobs.filter(has_text=prompt)
