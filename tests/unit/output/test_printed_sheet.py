"""Test a contact sheet on paper: what stands where, in which letters, and on how many pages."""

import re
import unicodedata
import zlib
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec import structs
from PIL import Image

import reka_notebook
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Sweep, SweepRequest, Take, Takes, controller, prepare
from reka_notebook.media.measures import Measures
from reka_notebook.output.captions import marked_prompts
from reka_notebook.output.contact_sheet import ContactSheet
from reka_notebook.output.contact_sheet.lettering import Lettering
from reka_notebook.output.contact_sheet.paper import DPI, PAPERS, Pages, bold_runs, columns_for, rows_of
from reka_notebook.prompts import Axis
from reka_notebook.sandbox import Sandbox
from reka_notebook.study.records import chance_of
from reka_notebook.study.study import Study


def resized(photo: Path) -> Image.Image:
    with Image.open(photo) as opened:
        return opened.resize((90, 160))


@pytest.fixture
def takes(sandbox: Sandbox, photo: Path) -> list[Take]:
    tall = resized(photo)
    jobs = [
        reka_notebook.submit(
            f"A {word} dolly in",
            photo if word != "slow" else tall,
            model="kling-v3-pro",
            duration=3,
            cfg_scale=scale,
        )
        for word in ("slow", "fast", "calm")
        for scale in (0.3, 0.7)
    ]
    return [job.result(60) for job in jobs]


def written(lettering: Lettering, text: str, width: float = 10_000, most: int | None = None) -> list[str]:
    lines = lettering.lines([(text, False)], 20, width, most)
    return ["".join(piece.text for piece in line).rstrip() for line in lines]


def test_pages_are_light_and_have_every_take(takes: list[Take], tmp_path: Path) -> None:
    takes[1].rate(2)
    takes[1].pick()
    takes[2].annotate("The cup stays sharp")
    (one,) = Takes(takes).contact_sheet(tmp_path / "new" / "sheet.png", title="Cups")
    with Image.open(one) as page:
        assert page.size == tuple(round(side / 25.4 * DPI) for side in PAPERS["A4"])
        assert page.getpixel((5, 5)) == (255, 255, 255)
        colours = page.convert("L").histogram()
    assert 0.3 < colours[255] / sum(colours) < 0.9, "paper, and pictures on it"
    many = [takes[number % 6] for number in range(60)]
    pages = Takes(many).contact_sheet(tmp_path / "many.png", paper="letter")
    assert [path.name for path in pages] == [f"many-{number}.png" for number in range(1, len(pages) + 1)]
    assert 3 <= len(pages) <= 6
    with Image.open(pages[0]) as page:
        assert page.size == tuple(round(side / 25.4 * DPI) for side in PAPERS["Letter"])
    (pdf,) = Takes(many).contact_sheet(tmp_path / "many.pdf", paper="Letter")
    assert re.findall(rb"/Count (\d+)", pdf.read_bytes())[-1] == str(len(pages)).encode()
    assert not list(tmp_path.glob(".*"))


def test_what_varies_is_a_heading_or_stands_below_and_the_best_come_first(takes: list[Take]) -> None:
    sheet = ContactSheet("Cups", takes, controller().catalogue)
    assert [sheet.heads[at] for at in sheet.order] == ["CFG scale 0.3"] * 3 + ["CFG scale 0.7"] * 3
    assert [sheet.name(at) for at in sheet.order] == [f"{number} · 3 s" for number in range(1, 7)]
    assert bold_runs(sheet.prompt_html(0))[1] == ("slow", True)
    assert ("0.3", True) not in sheet.facts_runs(0), "its heading says it"
    ranking: list[object] = [SimpleNamespace(take=takes[4].id), takes[1], takes[2].id]
    ranked = ContactSheet("Cups", takes, controller().catalogue, ranking=ranking)
    assert ranked.order == [4, 1, 2, 0, 3, 5]
    assert [ranked.name(at) for at in ranked.order[:4]] == ["#1 · 3 s", "#2 · 3 s", "#3 · 3 s", "4 · 3 s"]
    assert ("0.3", True) in ranked.facts_runs(0)
    import pandas

    frame = pandas.DataFrame({"take": [takes[3].id, takes[0].id]})
    assert ContactSheet("Cups", takes, controller().catalogue, ranking=frame).order[:2] == [3, 0]
    for given in ("best", 5):
        with pytest.raises(RekaError, match=f"not a {type(given).__name__}"):
            _ = ContactSheet("Cups", takes, controller().catalogue, ranking=given).order
    assert [columns_for(count) for count in (1, 4, 9, 16, 60)] == [1, 2, 3, 4, 5]


def test_groups_that_are_short_share_a_row() -> None:
    def rows(columns: int, **groups: int) -> list[list[tuple[str, int]]]:
        given = ((head, range(count)) for head, count in groups.items())
        return [
            [(span.head.upper() if span.again else span.head, len(span.places)) for span in row]
            for row in rows_of(given, columns)
        ]

    assert rows(4, a=1, b=2, c=1, d=3) == [[("a", 1), ("b", 2), ("c", 1)], [("d", 3)]]
    assert rows(4, a=9, b=5) == [[("a", 4)], [("A", 4)], [("A", 1), ("b", 3)], [("B", 2)]]
    assert rows(4, a=7, b=5) == [[("a", 4)], [("A", 3)], [("b", 4)], [("B", 1)]]
    assert rows(1, a=2, b=1) == [[("a", 1)], [("A", 1)], [("b", 1)]]


def text_of(pdf: bytes) -> str:
    """Return what can be searched in a PDF, a line for each text."""
    [meant] = re.findall(rb"endcodespacerange(.+?)endcmap", pdf, re.DOTALL)
    letters = {
        int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for code, letter in re.findall(rb"<(\w\w)><(\w+)>", meant)
    }
    streams = re.findall(rb"/FlateDecode/Length (\d+)>>stream\n", pdf)
    starts = [found.end() for found in re.finditer(rb"/FlateDecode/Length \d+>>stream\n", pdf)]
    drawn = b" ".join(
        zlib.decompress(pdf[start : start + int(size)]) for start, size in zip(starts, streams, strict=True)
    )
    return "\n".join(
        "".join(letters[code] for code in bytes.fromhex(text.decode()))
        for text in re.findall(rb"<(\w+)> Tj", drawn)
    )


def test_what_is_wrong_what_won_and_what_is_nobodys_business(
    takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REKA_API_KEY", "rk-live-0123456789abcdef")
    library = controller().library
    library.measures.add(takes[0].id, Measures(motion=1.0, frozen=2.0, cuts=1.0), 1)
    takes[1].annotate("Cafe\u0301, rk-live-0123456789abcdef")
    given = {**takes[2].request.input, "prompt": "A fast dolly in, https://ann:pw@host.test/a.png?sig=hush"}
    given |= {"lora": "/home/ann/lora", "audio_url": "https://host.test/a.mp3?sig=hush"}
    job = takes[2].record.job
    job = structs.replace(job, request=structs.replace(job.request, input=given))
    takes[2].record = structs.replace(takes[2].record, job=job)
    study = Study(takes)
    assert not ContactSheet("Cups", takes, controller().catalogue, ranking=study).places, (
        "nothing is judged yet"
    )
    for loser in (1, 2, 3, 4, 5) * 3:
        study.add(takes[0], takes[loser], takes[0])
    [won] = [one for one in study.findings.ranking if one.take == takes[0].id]
    score = f"{chance_of(won.strength):.0%} ({chance_of(won.low):.0%} to {chance_of(won.high):.0%}) · won 15, lost 0"
    pages = [
        Takes(takes).contact_sheet(tmp_path / f"{name}.{kind}", ranking=ranking)
        for kind in ("pdf", "html")
        for name, ranking in (("study", study), ("frame", study.ranking()))
    ]
    for [page] in pages:
        text = text_of(page.read_bytes()) if page.suffix == ".pdf" else unescape(page.read_text("utf-8"))
        lines = " ".join(re.sub(r"data:[^\"]+", "", text).split())
        assert "Probably wrong: frozen for 2.0 of 3 s, 1 cut" in lines
        assert score in lines
        assert "Café, [the API key]" in unicodedata.normalize("NFC", lines)
        assert "https://host.test/a.mp3" in lines
        for hidden in ("rk-live", "hush", "pw@", "/home/ann"):
            assert hidden not in lines, hidden
        assert ("Nothing is certain yet." in lines) == (page.stem == "study")


def test_words_that_not_all_prompts_have_are_bold_in_each() -> None:
    prompts = ["fast cat 31", "fast cat 37", "fast cat 37", "wild dog 2", "Cafe\u0301", "Café", ""]
    assert marked_prompts(prompts) == [
        *("fast cat <b>31</b>", "fast cat <b>37</b>", "fast cat <b>37</b>"),
        *("wild dog 2", "Café", "Café", ""),
    ]


def test_a_sweep_stands_by_its_axes(takes: list[Take], photo: Path, tmp_path: Path) -> None:
    control = controller()

    def asked(word: str, scale: float):
        image = photo if word != "slow" else resized(photo)
        return prepare(
            control.catalogue,
            f"A {word} dolly in",
            {"start": image},
            model="kling-v3-pro",
            values={"duration": 3, "cfg_scale": scale},
        )

    axes = (Axis("words 1", ("slow", "fast", "calm"), words=True), Axis("cfg_scale", (0.3, 0.7)))
    request = SweepRequest(
        axes, tuple(asked(word, scale) for word in axes[0].values for scale in axes[1].values)
    )
    sweep = Sweep(control, request, notebook_file=None).start()
    sweep.wait(60)
    assert {take.id for take in sweep.takes} == {take.id for take in takes}
    (page,) = sweep.contact_sheet(tmp_path / "sweep.html", title="Speeds")
    html = page.read_text("utf-8")
    assert "<h1>Speeds</h1>" in html
    assert "slow · cfg scale 0.3 · 3 s" in html
    assert [path.name for path in sweep.contact_sheet(tmp_path / "sweep.pdf")] == ["sweep.pdf"]


def test_text_is_broken_into_lines_and_no_letter_is_lost_silently() -> None:
    letters = Lettering(folders=[])  # with the font of Pillow alone
    assert written(letters, "one two three four", 75) == ["one two", "three", "four"]
    assert written(letters, "one two three four", 75, most=2)[1].endswith("…")
    assert "".join(written(letters, "x" * 50, 100)) == "x" * 50
    assert written(letters, "Café — naïve 5 × 3") == ["Cafe - naive 5 x 3"]
    assert "are simplified" in letters.note
    accents = Lettering()
    assert written(accents, "Cafe\u0301 Zu\u0308rich") == written(accents, "Café Zürich") != ["Cafe Zurich"]
    assert written(letters, "狐と 🦊") == ["[U+72D0][hiragana letter to] [fox face]"]
    assert (
        "No font on this machine has U+3068, U+72D0, U+1F98A; they are shown as their names." in letters.note
    )
    runs = [("A ", False), ("slow", True), (" pan", False)]
    (line,) = letters.lines(runs, 20, 1000)
    assert "".join(piece.text for piece in line) == "A slow pan"
    assert [piece.text for piece in line if piece.stroke] == ["slow"]


def test_a_font_that_has_the_letters_is_found(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    (tmp_path / "broken.ttf").write_bytes(b"nothing")
    letters = Lettering(folders=[tmp_path, fonts])
    assert written(letters, "Größe, мост, ∞") == ["Größe, мост, ∞"]
    assert letters.note == ""


def test_what_cannot_be_drawn_is_said(takes: list[Take], tmp_path: Path) -> None:
    with pytest.raises(RekaError, match="The paper size is A4 or Letter, not 'A0'"):
        Takes(takes).contact_sheet(tmp_path / "sheet.pdf", paper="A0")
    with pytest.raises(RekaError, match=r"not sheet\.docx"):
        Takes(takes).contact_sheet(tmp_path / "sheet.docx")
    with pytest.raises(RekaError, match="there are none yet"):
        Takes().contact_sheet(tmp_path / "sheet.pdf")
    (tmp_path / "file").write_text("")
    with pytest.raises(RekaError, match="file is a file, not a folder"):
        Takes(takes).contact_sheet(tmp_path / "file" / "sheet.png")
    with pytest.raises(RekaError, match="has to be a path, and is of the type NoneType"):
        Takes(takes).contact_sheet(None)
    takes[0].path.unlink()
    assert takes[0].poster is not None
    takes[0].poster.unlink()
    sheet = ContactSheet(
        "A <b>title</b> " + "word " * 80, takes[:1], controller().catalogue, note="So much for that."
    )
    pages = list(Pages(sheet, PAPERS["A4"]).drawn())
    assert len(pages) == 1
