"""Know what was billed, what the next request will cost, and how much may still be spent."""
