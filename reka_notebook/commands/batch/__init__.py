"""Make batches from the command line: start, join, list, show, retry, and a contact sheet of one."""
