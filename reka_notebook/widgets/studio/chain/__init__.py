"""Show in the studio how takes led to one another."""
