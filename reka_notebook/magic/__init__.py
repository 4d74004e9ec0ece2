"""What a person sees: the studio widget, the magics, and what stays in the output."""
