"""What it costs and how fast it is: ``python -m benchmarks``, or with the names of some.

Each benchmark is a module here with a ``run() -> Table``, listed in ``__main__``.
"""
