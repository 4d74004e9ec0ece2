"""Put a recipe, a short JSON text, into a media file's metadata, find it again, and see content credentials."""
