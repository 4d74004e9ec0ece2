"""Read the options that the magics, the command line and Python share."""
