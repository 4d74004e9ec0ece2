"""Read boxes from any plausible answer, place them on the image, and draw them."""
