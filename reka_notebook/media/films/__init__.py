"""Look at films and sounds that came back: whole or not, odd or not, and their frames."""
