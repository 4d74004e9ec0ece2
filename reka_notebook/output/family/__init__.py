"""Show a family of takes in a cell and in a terminal."""
