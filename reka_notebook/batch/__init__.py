"""Make a night's batch: read a file of prompts, plan it, and do its rows on as many machines as are started."""
