"""Draw what the sandbox hands out: moving pictures, stills and sounds, made on this machine alone."""
