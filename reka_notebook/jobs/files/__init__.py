"""Make what a take's files hold: boxes that were found, a sound under a video."""
