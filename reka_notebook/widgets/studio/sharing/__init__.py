"""Hand out takes' files with their recipes, and bring back the settings of a file that carries one."""
