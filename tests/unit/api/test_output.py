"""Test which files an output points to, whatever its names and shapes."""

import base64
from typing import Any

import pytest

from reka_notebook.api import media_links

URL = "https://cdn.test/x"
FILM = b"\0\0\0\x18ftypisom" + bytes(range(200))


def found(output: Any, sent: tuple[str, ...] = ()) -> list[str]:
    return [link.url for link in media_links(output, sent)]


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ({"video_url": URL}, "video"),
        ({"images": [{"url": URL}]}, "image"),
        ({"url": URL}, None),
        ({"uri": URL}, None),
        ({"downloadUrl": URL}, None),
        ({"signed_url": URL}, None),
        ({"result": {"sample": URL}}, None),
        ({"generations": [{"video": {"uri": URL}}]}, "video"),
        ({"url": URL, "mimeType": "audio/mpeg"}, "audio"),
        ({"url": URL, "type": "video", "filename": "a.webm"}, "video"),
        (URL, None),
        ([URL], None),
        (f'{{"video": "{URL}"}}', "video"),
    ],
)
def test_a_link_under_a_name_for_results_is_the_result(output: Any, kind: str | None) -> None:
    (link,) = media_links(output)
    assert (link.url, link.kind, link.is_main) == (URL, kind, True)


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("/files/x.mp4", {"file": "/files/x.mp4"}),
        ("files/x.mp4", {"whatever": "files/x.mp4"}),
        ("x.webm", {"video": "x.webm", "file_name": "x.webm"}),
        ("//host.test/x", {"video": "//host.test/x"}),
        ("/out/abc", {"path": "/out/abc"}),
        ("/v2/files/1", {"video": {"url": "/v2/files/1", "content_type": "video/mp4", "file_name": "a.mp4"}}),
    ],
)
def test_a_path_is_a_link_by_its_ending_or_its_name(path: str, output: Any) -> None:
    assert found(output) == [path]


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("film.mp4", {"zork": {"blub": "film.mp4"}}),
        ("film.mp4", {"filename": "film.mp4", "subfolder": "", "type": "output"}),
        ("/v1/files/abc", {"zork": "/v1/files/abc"}),
        ("a.webm?sig=x:y", {"zork": "a.webm?sig=x:y"}),
    ],
)
def test_what_may_be_a_path_is_a_link_where_there_is_nothing_better(path: str, output: Any) -> None:
    (link,) = media_links(output)
    assert (link.url, link.is_main) == (path, False)
    assert found({"data": output, "video_url": URL}) == [URL]


def test_a_name_beside_a_link_is_no_file_of_its_own() -> None:
    assert found({"blub": URL, "name": "film.mp4"}) == [URL]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https:\\/\\/cdn.test\\/a.mp4", "https://cdn.test/a.mp4"),
        ("https%3A%2F%2Fcdn.test%2Fa.mp4%3Fx%3D1", "https://cdn.test/a.mp4?x=1"),
        ("https://cdn.test/a b.mp4", "https://cdn.test/a%20b.mp4"),
        ("https://cdn.test/a?x=1&amp;y=2", "https://cdn.test/a?x=1&y=2"),
        ("[film](https://cdn.test/a.mp4)", "https://cdn.test/a.mp4"),
        ("<https://cdn.test/a.mp4>", "https://cdn.test/a.mp4"),
        ("/my film.mp4", "/my%20film.mp4"),
    ],
)
def test_a_link_that_is_written_oddly_is_one(written: str, url: str) -> None:
    (link,) = media_links({"video": written})
    assert (link.url, link.is_main) == (url, True)


@pytest.mark.parametrize(
    "output",
    [
        {"objects": [{"box": [1, 2]}], "label": "cat/dog", "ratio": "16/9"},
        {"title": "a/b.mp4?"[:3]},
        {"content_type": "video/mp4", "text": "and/or"},
        {"status_url": URL, "cancel_url": URL, "webhook_url": URL},
        {"path": "C:/films/x.mp4", "url": "s3://bucket/x.mp4"},
        {"data": base64.b64encode(b"no film at all" * 20).decode()},
        {"data": "a" * 100, "hash": "0123456789abcdef" * 8},
    ],
)
def test_what_is_no_link_is_none(output: Any) -> None:
    assert found(output) == []


def test_what_was_sent_is_not_the_result() -> None:
    sent = "https://mine.test/photo.png"
    output = {"image_url": sent, "input": {"end_image_url": "https://mine.test/end.png"}, "x": URL}
    assert found(output, (sent,)) == [URL, "https://mine.test/end.png"]
    assert not any(link.is_main for link in media_links(output, (sent,)))


def test_previews_and_pages_are_not_the_result() -> None:
    output = {
        "docs_url": "https://docs.test/",
        "thumbnail": {"url": "https://t.test/1.jpg"},
        "video": {"url": URL, "poster": "https://t.test/2.jpg", "previewUrl": "https://t.test/3.mp4"},
    }
    links = media_links(output)
    assert links[0].url == URL
    assert [link.is_main for link in links] == [True, False, False, False, False]


def test_a_url_within_words_is_found_and_is_the_result_by_its_ending_alone() -> None:
    links = media_links({"text": "See https://docs.test/help. Done: https://cdn.test/a.mp4!"})
    assert [(link.url, link.is_main) for link in links] == [
        ("https://cdn.test/a.mp4", True),
        ("https://docs.test/help", False),
    ]


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(FILM).decode(),
        base64.urlsafe_b64encode(FILM).decode().rstrip("="),
        base64.encodebytes(FILM).decode(),
        FILM.hex(),
        f"0x{FILM.hex()}",
        list(FILM),
        f"data:video/mp4;base64,{base64.b64encode(FILM).decode()}",
    ],
)
def test_a_file_in_the_answer_is_told_by_its_first_bytes(written: Any) -> None:
    (link,) = media_links({"any": {"name": written}})
    assert link.url.startswith("data:video/mp4;base64,")
    assert (link.kind, link.is_main) == ("video", True)
