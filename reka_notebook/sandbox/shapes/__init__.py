"""Shape what a service takes and tells, in the ways that the profiles name."""
