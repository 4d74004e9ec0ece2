"""The commands in a notebook: one module for each subcommand of ``%reka``, with ``run(words) -> Answer | None``."""
