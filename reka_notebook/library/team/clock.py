"""Name the clock that all machines of a team go by."""

from sqlalchemy import Double, literal_column

NOW = literal_column("CAST(extract(epoch FROM clock_timestamp()) AS double precision)", Double)
"""The database's own time, in seconds since 1970, at the moment when a statement comes to it."""
