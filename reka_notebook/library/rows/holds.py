"""Look for bytes in bytes, which SQLite and PostgreSQL write differently."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class holds(GenericFunction[bool]):  # noqa: N801 (a function of SQL)
    """Say whether bytes are somewhere in others: ``holds(column, b"...")``."""

    type = Boolean()
    inherit_cache = True


@compiles(holds)
def _compile(element: holds, compiler: SQLCompiler, **named: Any) -> str:
    whole, part = (compiler.process(one, **named) for one in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"position({part} IN {whole}) > 0"
    return f"instr({whole}, {part}) > 0"
