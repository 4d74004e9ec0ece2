"""Look at takes as a chain of steps, and as a family."""
