"""What a library that several people share has beside a person's own: rights, and checks of the servers."""
