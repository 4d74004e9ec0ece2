"""Show the chat models of the catalogue: where each is asked, with which key, and how well that is known."""

from typing import Any

from reka_notebook.api.address import origin
from reka_notebook.catalogue import Mark
from reka_notebook.catalogue.chat.model import ChatModel
from reka_notebook.chat.model import describe_key, url_at
from reka_notebook.commands.facts import NAME, mark_words
from reka_notebook.commands.terminal import print_beside, print_styled
from reka_notebook.config import settings
from reka_notebook.text import printable

PURPOSES = {"prompt": "help with a prompt", "looking": "looking at a take"}


def show_chat(model: ChatModel) -> None:
    """Print what is known of a chat model."""
    service = origin(settings().base_url)
    print_styled((printable(model.name), "bold"), f"  {printable(model.title)}, a chat model")
    print_beside(url_at(model, service), NAME, "  url")
    print_beside(describe_key(model, service), NAME, "  key")
    print_beside(" and ".join(PURPOSES[one] for one in model.purposes), NAME, "  for")
    print_beside(" and ".join(f"{one}s" for one in model.sees) or "words only", NAME, "  sees")
    for mark in Mark:
        facts = ", ".join(fact for fact, one in model.marks.items() if one is mark)
        if facts:
            print_beside(facts, NAME, f"  {mark_words(mark)}")
    if model.note:
        print_beside(model.note, NAME, "  note")
    print()


def chat_facts(model: ChatModel) -> dict[str, Any]:
    """Return the same for a program."""
    service = origin(settings().base_url)
    return {
        "title": model.title,
        "model": model.model,
        "url": url_at(model, service),
        "key": model.key,
        "for": list(model.purposes),
        "sees": list(model.sees),
        "marks": dict(model.marks),
        "note": model.note,
    }
