"""Answer the browser where files and contact sheets are saved, and where a file that carries a recipe is dropped."""

import io
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import anyio.to_thread

from reka_notebook import media
from reka_notebook.catalogue.catalogue import endpoint_title
from reka_notebook.errors import RekaError
from reka_notebook.jobs import Controller, Take
from reka_notebook.jobs.recipes import credentials_words, lost_words, recipe_text, save_file, with_recipe
from reka_notebook.jobs.recipes.bringing import Brought, bring
from reka_notebook.jobs.recipes.recipe import parsed
from reka_notebook.media.recipes.carrying import find_first
from reka_notebook.output.headings import label_of, value_in_words
from reka_notebook.prompts import escape
from reka_notebook.text import many
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.studio.slots import file_at, place_named
from reka_notebook.widgets.studio.uploads import read_text

OFFERS = 8
"""Files whose settings were offered and can still be brought back."""

Fill = Callable[[protocol.Form, Mapping[str, media.SourceImage]], protocol.Form]


class Sharing(AtService):
    """Save files with recipes and contact sheets, and bring settings back: part of the studio.

    Args:
        fill: Shows a form and its images.
    """

    def __init__(self, controller: Controller, fill: Fill) -> None:
        self._controller = controller
        self._fill = fill
        self._offered: dict[str, Brought] = {}

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests."""
        return {
            protocol.Save: self._save,
            protocol.Sheet: self._sheet,
            protocol.ReadRecipe: self._read_recipe,
            protocol.UseRecipe: self._use_recipe,
        }

    async def _save(self, request: protocol.Save, buffers: Sequence[bytes]) -> Reply:
        return await anyio.to_thread.run_sync(self._saved, request)

    def _saved(self, request: protocol.Save) -> Reply:
        control = self._controller
        take = control.take(control.library.take(request.take))
        file = file_at(take, request.file)
        text = recipe_text(take.record, control.library, control.without_key) if request.recipe else None
        if request.what == "gif":
            data = with_recipe(take.gif(), "image/gif", text)
            told = lost_words(file.path, file.facts.media_type, "A GIF")
            return protocol.SaveValue("image/gif", f"{Path(take.file_name).stem}.gif", told), [data]
        if request.what == "poster":
            poster = file.poster
            if poster is None or not poster.is_file():
                raise RekaError("There is nothing to look at in this take.")
            data = with_recipe(poster.read_bytes(), "image/jpeg", text)
            told = lost_words(file.path, file.facts.media_type, "A picture of it")
            return protocol.SaveValue("image/jpeg", f"{Path(file.file_name).stem}.jpg", told), [data]
        return _copied(take, request.file, text)

    async def _sheet(self, request: protocol.Sheet, buffers: Sequence[bytes]) -> Reply:
        return await anyio.to_thread.run_sync(self._drawn, request)

    def _drawn(self, request: protocol.Sheet) -> Reply:
        from reka_notebook.output.contact_sheet import ContactSheet  # with what few studios need

        control = self._controller
        takes = [
            control.take(record)
            for record in control.library.takes.some(request.takes)
            if record.removed is None
        ]
        if not takes:
            raise RekaError("These takes were removed, so there is nothing to put on a contact sheet.")
        page, told = ContactSheet(request.title or "Takes", takes, control.catalogue).alone()
        if told:
            told += " Python's takes.contact_sheet(path, copy=True) writes one that plays, with the media beside it."
        return protocol.SaveValue("text/html", "contact-sheet.html", told), [page]

    async def _read_recipe(self, request: protocol.ReadRecipe, buffers: Sequence[bytes]) -> Reply:
        text = find_first(read_text(request.part))
        if text is None:
            return protocol.ReadRecipeValue(None), ()
        return await anyio.to_thread.run_sync(self._offer, text), ()

    def _offer(self, text: str) -> protocol.ReadRecipeValue:
        control = self._controller
        brought = bring(parsed(text), control.catalogue, control.library)
        key = secrets.token_hex(6)
        while len(self._offered) >= OFFERS:
            self._offered.pop(next(iter(self._offered)))
        self._offered[key] = brought
        recipe = brought.recipe
        return protocol.ReadRecipeValue(
            protocol.RecipeOffer(
                key=key,
                prompt=recipe.prompt,
                written=escape(recipe.prompt),
                model=endpoint_title(recipe.endpoint, control.catalogue),
                settings=_in_words(brought),
                notes=list(brought.notes),
                whole=brought.endpoint is not None,
            )
        )

    async def _use_recipe(self, request: protocol.UseRecipe, buffers: Sequence[bytes]) -> Reply:
        return await anyio.to_thread.run_sync(self._used, request), ()

    def _used(self, request: protocol.UseRecipe) -> protocol.Form:
        brought = self._offered.get(request.key)
        if brought is None or brought.endpoint is None:
            raise RekaError("The kernel does not have this file's settings any more. Drop the file again.")
        prompt = escape(brought.recipe.prompt)
        form = protocol.Form(brought.endpoint.id, prompt, dict(brought.settings), by=request.by[:64])
        images = {
            place_named(slot, number): source
            for slot, sources in brought.images.items()
            for number, source in enumerate(sources, 1)
        }
        return self._fill(form, images)


def _copied(take: Take, number: int, text: str | None) -> Reply:
    file, target = file_at(take, number), io.BytesIO()
    with file.path.open("rb") as source:
        saved = save_file(source, target, file.facts.media_type, text)
    told = credentials_words([saved], "Save the original")
    return protocol.SaveValue(file.facts.media_type, file.file_name, told), [target.getvalue()]


def _in_words(brought: Brought) -> str:
    """Return the settings in a line."""
    if brought.endpoint is None:
        return ""
    properties = brought.endpoint.properties
    words = [
        f"{label_of(name, properties[name])} {value_in_words(value, properties[name].get('x-unit', ''))}"
        for name, value in brought.settings.items()
    ]
    images = sum(map(len, brought.images.values()))
    return " · ".join([*words, *([many(images, "image")] if images else [])])
