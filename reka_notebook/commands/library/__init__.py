"""The commands about a library as a whole."""
