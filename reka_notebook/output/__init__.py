"""Write what a cell leaves in the notebook: HTML, grids, comparisons and terminal text."""
