"""Measure how fast the package is and what it costs: ``python -m benchmarks``, with names for only some.

Each benchmark is a module here with a ``run() -> Table``, listed in ``__main__``.
"""
