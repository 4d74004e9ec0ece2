from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from reka_notebook.sandbox.rendering.media import Speech, key
from reka_notebook.sandbox.rendering.renderer import Renderer, Stopped


@pytest.fixture
def made(tmp_path):
    renderers = []

    def make(write, **options):
        renderers.append(Renderer(tmp_path, write=write, **options))
        return renderers[-1]

    yield make
    for renderer in renderers:
        renderer.stop()


def test_the_same_is_drawn_once_and_is_complete_when_it_appears(made, tmp_path):
    drawn = []

    def write(media, path, stopped):
        drawn.append(media.text)
        assert path.suffix == ".part"
        path.write_text(media.text)

    renderer = made(write)
    orders = [renderer.order(Speech(text)) for text in ("a", "b", "a", "a")]
    files = [order.result(5) for order in orders]
    assert sorted(drawn) == ["a", "b"]
    assert files[0] == files[2] == files[3] != files[1]
    assert files[0].read_text() == "a"
    assert renderer.drawn(Speech("a")) == files[0]
    assert renderer.drawn(Speech("c")) is None
    assert [path for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_failure_is_told_and_leaves_no_file(made, tmp_path):
    def write(media, path, stopped):
        path.write_text("half")
        raise OSError("no space")

    order = made(write).order(Speech("a"))
    with pytest.raises(OSError, match="no space"):
        order.result(5)
    assert list(tmp_path.iterdir()) == []


def test_stopping_ends_what_is_under_way_and_what_waits(made, tmp_path):
    begun = threading.Event()

    def write(media, path, stopped):
        path.write_text("half")
        begun.set()
        while not stopped():
            pass

    renderer = made(write, threads=1)
    orders = [renderer.order(Speech(text)) for text in "abc"]
    assert begun.wait(5)
    renderer.stop()
    done, _ = wait(orders, 0)
    assert len(done) == 3
    assert all(isinstance(order.exception(), Stopped) for order in orders)
    assert isinstance(renderer.order(Speech("d")).exception(0), Stopped)
    assert list(tmp_path.iterdir()) == []


def test_keys_tell_content_apart():
    assert key(Speech("a")) == key(Speech("a")) != key(Speech("b"))
