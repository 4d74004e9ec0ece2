"""Know the models of the account, and the default among them."""
