"""Show takes side by side in a cell, and say what differs between them."""
