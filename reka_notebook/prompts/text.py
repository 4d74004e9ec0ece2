"""Check that a prompt is text at all, before a form shows it or anything is asked with it."""

from reka_notebook.prompts.errors import PromptError


def as_text(prompt: object) -> str:
    """Return a prompt as text that can be shown, kept and sent.

    Raises:
        PromptError: If it is not text, or holds half a character.
    """
    if not isinstance(prompt, str):
        what = "None" if prompt is None else f"a {type(prompt).__name__}"
        raise PromptError(f'The prompt is {what}. Write it as text; "" is no prompt.')
    try:
        prompt.encode()
    except UnicodeEncodeError as error:
        raise PromptError(
            f"The prompt's character at position {error.start + 1} is half of one (a lone surrogate), and cannot be "
            "sent. Type or paste it again.",
            error.start,
        ) from None
    return str(prompt)
