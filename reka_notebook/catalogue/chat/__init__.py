"""Hold the chat models: which there are, what each is for, and where the API key may go for it."""
