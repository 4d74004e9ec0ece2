"""Answer the browser's requests for help with the prompt, and for what is seen in a take."""
