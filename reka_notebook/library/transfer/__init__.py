"""Copy a library into another one, whichever databases and stores the two have."""
