"""See takes as a table: what was varied between them, and every fact of them as a column."""
