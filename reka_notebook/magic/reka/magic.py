"""Look after jobs, takes and settings from within a notebook: ``%reka``. Loading it imports nothing heavy."""

from importlib import import_module

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand

from reka_notebook.errors import RekaError
from reka_notebook.magic.extension import add_matcher, remove_matcher
from reka_notebook.magic.reka.matching import SUBCOMMANDS, matcher
from reka_notebook.output.front_end import has_front_end
from reka_notebook.text import did_you_mean


@magics_class
class RekaLine(Magics):
    """Hold the line magic."""

    shell: InteractiveShell

    @no_var_expand
    @line_magic
    def reka(self, line: str) -> None:
        """Look after jobs, takes and settings; %reka alone lists what there is."""
        from reka_notebook.magic.cell import errors_in_words

        with errors_in_words():
            from IPython.display import display

            answer = _answer(line)
            if answer is None:
                return
            if not has_front_end():
                print(answer)
            else:
                display(answer)


def load(shell: InteractiveShell) -> None:
    """Register ``%reka``."""
    shell.register_magics(RekaLine)
    add_matcher(shell, matcher(shell))


def unload(shell: InteractiveShell) -> None:
    """Remove ``%reka``."""
    remove_matcher(shell, "reka")
    shell.magics_manager.registry.pop("RekaLine", None)
    shell.magics_manager.magics["line"].pop("reka", None)


def _answer(line: str) -> object:
    from reka_notebook.magic.reka.answer import facts
    from reka_notebook.options.line import split

    first, *rest = split(line) or [""]
    if first in ("", "help", "-h", "--help"):
        return facts([(f"%reka {name}", words) for name, words in SUBCOMMANDS.items()])
    if first not in SUBCOMMANDS:
        raise RekaError(f"There is no %reka {first}. {did_you_mean(first, SUBCOMMANDS)}")
    answer: object = import_module(f"reka_notebook.magic.reka.{first}").run(rest)
    return answer
