"""Save files and contact sheets outside the library, and bring back the settings that a file carries."""

from typing import Annotated, Literal

import msgspec

from reka_notebook.widgets.protocol.form import Form
from reka_notebook.widgets.protocol.messages import Request, Words
from reka_notebook.widgets.protocol.takes import Several


class SaveValue(msgspec.Struct, frozen=True):
    """Name the file that the answer's buffer holds.

    Attributes:
        told: What there is to know about it, such as what becomes of content credentials; mostly empty.
    """

    media_type: str
    name: str
    told: str


class Save(Request, frozen=True, kw_only=True, tag="save"):
    """Ask for a file to be saved outside the library.

    Attributes:
        file: Which of the take's files, from 0.
        what: The file, its poster, or an animated GIF of it.
        recipe: Whether it says in its metadata how it was made.
    """

    value = SaveValue
    take: str
    file: Annotated[int, msgspec.Meta(ge=0)] = 0
    what: Literal["file", "poster", "gif"] = "file"
    recipe: bool = True


class Sheet(Request, frozen=True, kw_only=True, tag="sheet"):
    """Ask for a contact sheet, as a page to be saved."""

    value = SaveValue
    takes: Several
    title: Words


class RecipeOffer(msgspec.Struct, frozen=True):
    """Offer to bring back what a file was made with.

    Attributes:
        key: The name by which the kernel knows the offer.
        prompt: As it was sent.
        written: As it is written in the form.
        model: What the model is called.
        settings: In words.
        notes: What is missing or different, in sentences.
        whole: Whether more than the prompt can be brought back.
    """

    key: str
    prompt: str
    written: str
    model: str
    settings: str
    notes: list[str]
    whole: bool


class ReadRecipeValue(msgspec.Struct, frozen=True):
    """Hold what a file's recipe offers; None if the file has no recipe."""

    offer: RecipeOffer | None


class ReadRecipe(Request, frozen=True, kw_only=True, tag="read_recipe"):
    """Read the recipe in a file.

    Attributes:
        part: The bytes around it, as base64.
    """

    value = ReadRecipeValue
    part: Annotated[str, msgspec.Meta(max_length=100_000)]


class UseRecipe(Request, frozen=True, kw_only=True, tag="use_recipe"):
    """Fill the form with what a file was made with.

    Attributes:
        by: The page that asks for it.
    """

    value = Form
    key: Words
    by: str
