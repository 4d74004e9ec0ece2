"""Write what ``%%reka_video?`` shows: the options, with those of the chosen model."""

from reka_notebook.errors import RekaError
from reka_notebook.jobs.controller import controller
from reka_notebook.options.arguments import default_model
from reka_notebook.options.known import parser


def help_text() -> str:
    """Return the help for the default model, or the one that ``%reka default`` has set."""
    try:
        catalogue = controller().catalogue
        chosen = default_model()
        endpoint = catalogue.endpoint(chosen) if chosen else catalogue.default
    except RekaError as error:
        return f"The options cannot be shown: {error}"
    options = parser(endpoint).format_help().partition("\n\n")[2]
    note = f"\n{endpoint.note}\n" if endpoint.note else ""
    return (
        "Make a video from an image and a prompt; it's saved in the output.\n\n"
        "    %%reka_video --image photo.jpg --model kling-v3-pro --as shot\n"
        "    A slow dolly in over the water at dawn\n\n"
        "On one line: shot = %reka_video -i photo.jpg A slow dolly in\n"
        "A comment (# and a space) and a semicolon at the end of a line are no part of it.\n"
        "In the prompt: {{name}} is a variable, {{slow|fast}} are alternatives, a line with --- separates prompts.\n\n"
        f"{options}\n"
        f"The options are those of {endpoint.title} ({endpoint.id}); %reka models lists the others, and\n"
        f"%reka default --model MODEL chooses one.\n{note}"
    )
