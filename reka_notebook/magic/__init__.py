"""Show a person the studio widget, the magics, and what stays in the output."""
