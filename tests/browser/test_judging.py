"""Test judging blind in a real notebook: by keys alone, from the studio and in a cell, and what a reload leaves."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from reka_notebook.library import Library
from reka_notebook.library.judgements import JudgementRecord
from reka_notebook.sandbox import Sandbox

from .conftest import ARTEFACTS, STUDIO
from .fit import expect_to_fit
from .studio import StudioView

pytestmark = pytest.mark.browser

FRONT = '.rk-judge-pair[data-front="true"]'

# A judge with a rule that no name is needed for: the film that is the larger file.
BY_RULE = """async () => {
    const films = [...document.querySelectorAll('FRONT video')].map(video => fetch(video.src));
    const [one, other] = await Promise.all(films.map(async film => (await (await film).blob()).size));
    return one === other ? '0' : one > other ? '1' : '2';
}""".replace("FRONT", FRONT)

# Both films are there, and nothing is marked any more.
READY = """() => {
    const pair = [...document.querySelectorAll('FRONT video')];
    return pair.length === 2 && pair.every(video => video.readyState >= 2) && !document.querySelector('[data-fate]');
}""".replace("FRONT", FRONT)
PLAYING = f"""() => [...document.querySelectorAll('{FRONT} video')]
    .every(video => !video.paused && video.currentTime > 0.2)"""

NAMES = re.compile(r"slow|fast|wild|kling|Kling|\.mp4", re.IGNORECASE)
READABLE = """element => [element, ...element.querySelectorAll('*')]
    .flatMap(one => [...one.attributes].filter(({ name }) => name !== 'src' && name !== 'style' && name !== 'poster')
        .map(({ value }) => value)).join(' ') + ' ' + element.innerText"""


def judge_one(page: Page, key: str | None = None) -> str:
    """Judge the pair that is shown by its key, once both films are there, and return the key."""
    page.wait_for_function(READY)
    key = key or page.evaluate(BY_RULE)
    page.keyboard.press(key)
    page.wait_for_function("() => !document.querySelector('[data-fate]')")
    return key


def kept(home: Path) -> list[JudgementRecord]:
    """Return what the library keeps of a person's, read beside the kernel."""
    library = Library(home)
    try:
        every = library.judgements.among([take.id for take in library.takes.newest(100)])
        return [one for one in every if not one.model]
    finally:
        library.close()


def expect_judged(view: Locator, count: int) -> None:
    expect(view.locator(".rk-judge-kept")).to_contain_text(f"{count} judged")


@pytest.mark.parametrize("seconds", [0.2])
def test_a_sweep_is_judged_by_keys_alone_and_then_in_a_cell(
    open_notebook, sandbox: Sandbox, photo: Path, tmp_path: Path
) -> None:
    home = tmp_path / "library"
    notebook = open_notebook(STUDIO, "from reka_notebook import Study, takes\n\nStudy(takes()).judge()")
    page = notebook.page
    notebook.run(0)
    studio = StudioView(notebook.output(0)).wait()
    studio.choose(photo)
    studio.has_image("photo.jpg")
    studio.write("A {{slow|fast|wild}} pan")
    studio.generate.click()
    sweep = studio.root.get_by_role("article", name="Variations")
    expect(sweep).to_contain_text("3 of 3 done")

    sweep.get_by_role("button", name="Judge").focus()
    page.keyboard.press("Enter")
    judge = studio.root.get_by_role("dialog", name="Judge")
    expect_judged(judge, 0)
    page.wait_for_function(READY)
    page.wait_for_function(PLAYING)
    assert not NAMES.search(judge.evaluate(READABLE))
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "judge-studio.png")
    expect_to_fit(judge, "judging", 320, 1200)

    # The next pair is there with the key: its films are loaded, in the same place.
    page.wait_for_function("() => document.querySelectorAll('.rk-judge-pair video').length === 4")
    place = judge.locator(f"{FRONT} video").first.bounding_box()
    judge_one(page, "s")
    assert judge.locator(f"{FRONT} video").first.bounding_box() == place
    judge_one(page)
    page.keyboard.press("Backspace")
    expect_judged(judge, 0)
    for count in range(1, 40):
        judge_one(page)
        expect_judged(judge, count)
        if "enough for a ranking" in judge.locator(".rk-judge-kept").inner_text():
            break
    else:
        pytest.fail("it is never decided")
    assert len(kept(home)) == count
    page.keyboard.press("Escape")
    first = judge.locator(".rk-won-places > li").first
    expect(first).to_contain_text(re.compile("slow|fast|wild"))
    winner = first.locator(".rk-won-name").inner_text()
    expect(judge.get_by_role("list", name="What made the difference")).to_contain_text("beats")
    page.screenshot(path=ARTEFACTS / "judge-won.png")
    judge.get_by_role("button", name="Ask a chat model").click()
    expect(judge).to_contain_text("to this machine. For each: no charge")
    judge.get_by_role("button", name=re.compile("Ask [0-9]+ questions")).click()
    expect(judge.get_by_role("region", name="What a chat model thinks")).to_contain_text(
        "6 votes, not counted above"
    )
    expect(judge.get_by_role("img", name=re.compile("agrees in [0-9] of [0-9] pair"))).to_be_visible()
    assert len(kept(home)) == count
    page.screenshot(path=ARTEFACTS / "judge-model.png")
    page.keyboard.press("Escape")
    expect(judge).to_have_count(0)
    expect(sweep.get_by_role("button", name="Judge")).to_be_focused()

    # In a cell, which knows what was judged; and after a reload, where it is taken back.
    notebook.run(1)
    cell = notebook.output(1)
    view = cell.get_by_role("region", name="Judge")
    expect_judged(view, count)
    view.locator(".rk-judge-stage").click()
    judge_one(page, "0")
    expect_judged(view, count + 1)
    assert kept(home)[-1].preferred is None
    assert not NAMES.search(cell.evaluate(READABLE))
    notebook.save()
    notebook.reload()
    cell = notebook.output(1)
    view = cell.get_by_role("region", name="Judge")
    expect_judged(view, count + 1)
    view.locator(".rk-judge-stage").click()
    page.keyboard.press("Backspace")
    expect_judged(view, count)
    assert len(kept(home)) == count
    cell.screenshot(path=ARTEFACTS / "judge-cell.png")
    page.keyboard.press("Escape")
    expect(view.locator(".rk-won-name").first).to_have_text(winner)
    page.keyboard.press("Tab")
    view.get_by_role("button", name="Continue judging").click()
    expect(view.locator(f"{FRONT} video")).to_have_count(2)

    # Without a kernel the page says what was judged, as it was when it was saved.
    notebook.run(1)
    view = notebook.output(1).get_by_role("region", name="Judge")
    view.locator(".rk-judge-stage").click()
    page.keyboard.press("Escape")
    expect(view.locator(".rk-won-name").first).to_have_text(winner)
    notebook.save()
    notebook.reopen_without_kernel(f"{tmp_path.name}/notebook.ipynb")
    left = notebook.output(1)
    expect(left).to_contain_text(winner)
    left.screenshot(path=ARTEFACTS / "judge-left.png")
