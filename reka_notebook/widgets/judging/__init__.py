"""Ask a person which of two takes is better, without their names, in the studio and in a cell."""
