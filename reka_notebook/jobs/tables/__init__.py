"""Show takes as a table: a column for each fact, and for what was varied between them."""
