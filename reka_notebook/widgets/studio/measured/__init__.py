"""Show in the studio what was measured of takes, and which alternatives of a sweep won."""
