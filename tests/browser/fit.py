"""Fit a frame to a width, and check that nothing sticks out of it."""

from playwright.sync_api import Locator, Page

from .conftest import VIEWPORT

HEIGHT = 1700
"""Of the page: enough for all of a studio."""

STICKING_OUT = """frame => {
    const { left, right } = frame.getBoundingClientRect();
    const scrolls = element => element !== frame && element !== null
        && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    return [...frame.querySelectorAll('button, select, textarea, input, a, video, img, p, div, span, code')]
        .filter(element => element.checkVisibility() && !scrolls(element.parentElement))
        .map(element => [element, element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && (box.left < left - 1 || box.right > right + 1))
        .map(([element]) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
}"""
"""What lies outside a frame's left or right edge, but for what scrolls on purpose."""

AREA = "(frame.closest('.jp-OutputArea') ?? frame.querySelector('.jp-OutputArea'))"
"""What gives a frame its width; a cell's output has it inside."""


LAID_OUT = """async () => {
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
}"""
"""Waits until Lab, and what is in it, have followed the page's width."""


def fit(page: Page, frame: Locator, width: int) -> None:
    """Widen the page until outputs have this width; a scrollbar may come or go, hence more than one try."""
    beside, is_wide = 120, 0
    for _ in range(6):
        page.set_viewport_size({"width": width + beside, "height": HEIGHT})
        page.evaluate(LAID_OUT)
        is_wide = int(frame.evaluate(f"frame => {AREA}.clientWidth"))
        if abs(is_wide - width) < 2:
            return
        beside += width - is_wide
    raise AssertionError(f"{width} pixels were wanted, and the outputs have {is_wide}")


def expect_inside(frame: Locator, name: str, width: int) -> None:
    """Check that nothing sticks out of a frame that was fitted to a width."""
    frame.page.wait_for_timeout(200)  # the layout follows its container
    assert frame.evaluate(STICKING_OUT) == [], f"{name} at {width} pixels"


def expect_to_fit(frame: Locator, name: str, *widths: int) -> None:
    """Check that nothing sticks out of a frame at some widths, the narrowest that there is if none is given."""
    page = frame.page
    for width in widths or (320,):
        fit(page, frame, width)
        expect_inside(frame, name, width)
    page.set_viewport_size(VIEWPORT)
