"""Test finding an endpoint by the name that a person gives."""

import pytest

from reka_notebook.catalogue import Catalogue, Mark, UnknownEndpoint, check_input
from reka_notebook.errors import RekaError


def test_by_model_and_by_id(cat: Catalogue) -> None:
    kling = cat.endpoint("kling-v3-pro")
    assert kling.id == "kling-v3-pro/image-to-video"
    assert cat.endpoint(" kling-v3-pro/image-to-video ") is kling
    assert cat.endpoint("nano-banana", "edit").id == "nano-banana/edit"


def test_a_template_serves_a_model_named_with_its_task(cat: Catalogue) -> None:
    wan = cat.endpoint("wan-2.5/text-to-video")
    assert (wan.id, wan.model, wan.task) == ("wan-2.5/text-to-video", "wan-2.5", "text-to-video")
    assert wan.path == "/v2/inference/wan-2.5/text-to-video"
    assert wan.title == "wan-2.5"
    assert wan.mark("title") is Mark.assumed
    assert check_input(wan, {"prompt": "waves"}) == {"prompt": "waves"}


def test_a_model_that_is_not_listed_is_not_guessed_without_its_task(cat: Catalogue) -> None:
    with pytest.raises(UnknownEndpoint) as caught:
        cat.endpoint("veo3.1")
    assert caught.value.nearest == "veo-3.1/image-to-video"
    assert caught.value.known == tuple(cat.endpoints)
    message = str(caught.value)
    assert "Did you mean veo-3.1/image-to-video?" in message
    assert "name it with its task: veo3.1/image-to-video" in message
    assert all(id_ in message for id_ in cat.endpoints)
    assert isinstance(caught.value, RekaError)


def test_a_known_model_for_another_task(cat: Catalogue) -> None:
    with pytest.raises(UnknownEndpoint, match="nano-banana/text-to-image, nano-banana/edit"):
        cat.endpoint("nano-banana")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "/edit",
        "../edit",
        "a/../edit",
        "a/b/edit",
        "a b/edit",
        "a?x=/edit",
        "a%2f..%2fb/edit",
        "{model}/edit",
        "a/unknown-task",
        "é/edit",
    ],
)
def test_a_name_never_leads_out_of_its_segment_of_the_path(cat: Catalogue, name: str) -> None:
    with pytest.raises(UnknownEndpoint):
        cat.endpoint(name)
