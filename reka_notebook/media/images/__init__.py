"""Take an image in any form, and prepare it for sending."""
