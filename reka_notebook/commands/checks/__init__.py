"""What ``reka-notebook doctor`` checks, one part of the whole in each file."""
