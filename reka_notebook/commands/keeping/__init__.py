"""Hold the commands that say what of the library stays, goes, and is copied."""
