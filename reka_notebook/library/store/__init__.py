"""Keep files of takes and images of requests: in the library's folder, or in a store that a team shares."""
