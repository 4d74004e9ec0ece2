"""Keep rows: the tables, and the databases that they lie in. Nothing else knows how a database is connected."""
