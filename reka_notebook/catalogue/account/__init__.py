"""Know which models an account has: read the service's list, and lay it over the catalogue."""
