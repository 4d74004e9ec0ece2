"""Draw a sound as a waveform, and put one under a video."""
