"""Hold the command line's commands, one a file."""
