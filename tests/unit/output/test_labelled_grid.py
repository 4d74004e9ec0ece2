"""Test the grid that several requests leave in a cell."""

from reka_notebook.output.final_output import labelled_grid_html


def test_it_is_laid_out_as_while_it_filled() -> None:
    html = labelled_grid_html(["slow", "a quick one · 4 s"], ["dawn", "noon"], [["1", "2"], ["3", "4"]])
    side = len("a quick one") * 7 + 8
    assert f"width:{side}px" in html
    assert f"max-width:{side + 2 * 308}px;min-width:{side + 2 * 132}px" in html
    assert "a quick one<br>4 s" in html
    single = labelled_grid_html([""], ["dawn", "noon"], [["1", "2"]])
    assert "display:grid" in single
    assert f"max-width:{2 * 308 - 8}px" in single
