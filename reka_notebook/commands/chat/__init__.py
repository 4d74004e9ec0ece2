"""Hold the commands that ask a chat model."""
