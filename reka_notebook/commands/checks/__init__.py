"""Check what ``reka-notebook doctor`` reports on, one part in each file."""
