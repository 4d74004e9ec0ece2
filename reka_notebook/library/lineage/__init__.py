"""Record which takes led to which."""
