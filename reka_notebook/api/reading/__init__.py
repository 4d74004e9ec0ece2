"""Read what the service answers, in whatever shape it comes."""
