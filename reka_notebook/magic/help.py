"""Write what ``%%reka_video?`` and the like show: the options, with those of the chosen model."""

from typing import NamedTuple

from reka_notebook.catalogue.tasks import task_for
from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import controller
from reka_notebook.options.defaults import default_model
from reka_notebook.options.known import parser
from reka_notebook.options.magics import MAGICS


class _Help(NamedTuple):
    """Hold what is said of a magic alone: what it does, its options and its prompt in an example, and more."""

    purpose: str
    options: str
    prompt: str
    more: str = ""


_HELPS = {
    "reka_video": _Help(
        "Make a video from an image and a prompt, or from a prompt alone; it's saved in the output.",
        "--image photo.jpg --model kling-v3-pro",
        "A slow dolly in over the water at dawn",
    ),
    "reka_image": _Help(
        "Make an image from a prompt, or edit the one that is given; it's saved in the output.",
        "--model nano-banana",
        "A lighthouse at dawn, mist over the water",
        "With an image, the prompt says what to change: %%reka_image -i photo.jpg, or -i one.png,two.png where the "
        "model takes several.\n",
    ),
    "reka_speech": _Help(
        "Speak a text; the sound is saved in the output.",
        "--model eleven-v3",
        "Good morning. The boat leaves at eight.",
    ),
    "reka_boxes": _Help(
        "Find what is in an image, and draw boxes around it; they're saved in the output.",
        "--image photo.jpg",
        "cup, table",
    ),
}


def help_text(name: str = "reka_video") -> str:
    """Return the help of a magic, for its default model or the one that ``%reka default`` has set."""
    task = task_for(MAGICS[name], True)
    try:
        catalogue = controller().catalogue
        endpoint = catalogue.choose(default_model(catalogue, task), output=MAGICS[name], with_image=True)
    except RekaError as error:
        return f"The options cannot be shown: {error}"
    purpose, example, prompt, more = _HELPS[name]
    options = parser(endpoint, f"%%{name}").format_help().partition("\n\n")[2]
    note = f"\n{endpoint.note}\n" if endpoint.note else ""
    on_a_line = "-i photo.jpg " if endpoint.images and name != "reka_image" else ""
    return (
        f"{purpose}\n\n"
        f"    %%{name} {example} --as shot\n"
        f"    {prompt}\n\n"
        f"On one line: shot = %{name} {on_a_line}{prompt.partition(' over')[0]}\n"
        f"{more}"
        "A comment (# and a space) and a semicolon at the end of a line are no part of it.\n"
        "In the prompt: {{name}} is a variable, {{slow|fast}} are alternatives, a line with --- separates prompts.\n\n"
        f"{options}\n"
        f"The options are those of {endpoint.title} ({endpoint.id}); %reka models lists the others, and\n"
        f"%reka default --model MODEL chooses one.\n{note}"
    )
