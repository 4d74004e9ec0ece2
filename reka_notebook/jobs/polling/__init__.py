"""Decide when to ask the service next."""
