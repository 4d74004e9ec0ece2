"""Find what the account has at the service: its requests, whoever made them, and bring them in. Nothing is charged."""
