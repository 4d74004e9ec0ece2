"""Hold the commands in a notebook: a module for each subcommand of ``%reka``, with ``run(words) -> Answer | None``."""
