import pytest
from PIL import ImageFont

from reka_notebook.sandbox.rendering.caption import caption, readable, tag, wrap

FONT = ImageFont.load_default(26)
LONG = "A very long prompt about the light over the harbour at dawn, with gulls rising from the pier " * 5


@pytest.mark.parametrize(
    "text", ["short", LONG, "word" * 200, "<b>bold</b> & <script>alert(1)</script> " * 9]
)
@pytest.mark.parametrize("width", [120, 600, 1100])
def test_a_caption_has_at_most_two_lines_that_fit(text, width):
    lines = wrap(text.strip(), FONT, width)
    assert 1 <= len(lines) <= 2
    assert all(line and FONT.getlength(line) <= width for line in lines)


def test_what_does_not_fit_ends_in_an_ellipsis_after_a_whole_word():
    last = wrap(LONG.strip(), FONT, 600)[-1]
    assert last.endswith("…")
    assert last[:-1].split()[-1] in LONG.split()


def test_two_lines_are_of_much_the_same_length():
    lines = wrap("A slow dolly in over the water at dawn while gulls rise", FONT, 560)
    lengths = [FONT.getlength(line) for line in lines]
    assert len(lines) == 2
    assert min(lengths) > 0.7 * max(lengths)
    assert " ".join(lines) == "A slow dolly in over the water at dawn while gulls rise"


def test_only_what_the_font_can_draw_is_left():
    assert readable("gulls 🕊️🌊 rise\n\tfrom\x00 the pier", FONT) == "gulls rise from the pier"
    assert (
        readable("naïve façade, Übermaß, œuvre — “so”…", FONT) == "naive facade, Ubermass, oeuvre - “so”..."
    )
    assert readable("<b>{{slow|fast}}</b> & co", FONT) == "<b>{{slow|fast}}</b> & co"
    assert readable("dawn, 港の夜明け, boats", FONT) == "dawn, boats"
    assert readable("a clock: 12 : 30; a ratio 16:9", FONT) == "a clock: 12: 30; a ratio 16:9"
    assert readable("🎬🎬", FONT) == ""


@pytest.mark.parametrize("frame", [(1280, 720), (720, 1280), (320, 214), (1280, 426), (64, 64)])
def test_labels_lie_inside_the_frame(frame):
    for label in (caption(LONG, frame), tag(frame)):
        assert label is not None
        assert label.x >= 0
        assert label.y >= 0
        assert label.x + label.image.width <= frame[0]
        assert label.y + label.image.height <= frame[1]
        assert label.y % 2 == label.x % 2 == 0


def test_the_text_keeps_clear_of_the_edges():
    label = caption(LONG, (1280, 720))
    assert label is not None
    left, _, right, lower = label.image.getchannel("R").getbbox()
    assert left > 60
    assert right < 1220
    assert lower < label.image.height - 8


def test_no_words_no_caption():
    assert caption("  \n", (1280, 720)) is None
    assert caption("🎬", (1280, 720)) is None
