"""Do the steps of a job: submit it, ask after it, cancel it, fetch and keep its files."""
