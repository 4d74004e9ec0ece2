"""The commands of a library that several people share."""
