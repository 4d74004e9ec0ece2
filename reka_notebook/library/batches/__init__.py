"""Keep batches: files of prompts that are made as a whole, and who makes which row."""
