"""Chat as a language model would, by plain rules."""
