"""Run the studio on the kernel side."""
