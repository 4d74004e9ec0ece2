"""Find out which takes a person prefers, and which word, option, model or image made the difference."""
