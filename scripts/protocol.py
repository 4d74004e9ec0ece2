"""Write what the front end has from Python: the types of the messages, and what can be done with each kind of file.

They are made from the structs in ``reka_notebook/widgets/protocol`` and from ``reka_notebook/kinds.py``. ``make
protocol`` runs it. With ``--check``, write nothing, and fail where a file is not what Python makes it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from reka_notebook import kinds
from reka_notebook.widgets import protocol

JS = Path(__file__).parents[1] / "js"
MESSAGES = JS / "src" / "kernel" / "protocol.ts"
KINDS = JS / "src" / "kernel" / "kinds.ts"
KINDS_HEADER = """/**
 * What a file of a take is, and what can be done with each kind of file.
 *
 * Made from `reka_notebook/kinds.py` by `make protocol`; do not edit it here.
 */"""
HEADER = """/**
 * What kernel and browser say to each other.
 *
 * Made from `reka_notebook/widgets/protocol` by `make protocol`; do not edit it here.
 */"""
NAMED = [
    protocol.StudioTraits,
    protocol.ProgressTraits,
    protocol.SeveralTraits,
    protocol.JudgeTraits,
    protocol.Answer,
    protocol.Refused,
    protocol.Part,
]
ANYTHING = {"$ref": "#/$defs/JSONValue"}

Schema = dict[str, Any]


def main() -> int:
    """Write the files, or with ``--check`` compare them.

    Returns:
        The exit status.
    """
    stale = 0
    for file, made in ((MESSAGES, typescript()), (KINDS, kinds_typescript())):
        if "--check" not in sys.argv:
            file.write_text(made, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != made:
            print(f"{file.relative_to(JS.parent)} is stale: run `make protocol`.", file=sys.stderr)
            stale = 1
    return stale


def kinds_typescript() -> str:
    """Return the table of the kinds of files, formatted as the front end is."""
    table = {name: kind._asdict() for name, kind in kinds.KINDS.items()}
    told = dict(re.findall(r"^    +(\w+): (.*)", kinds.Kind.__doc__ or "", re.MULTILINE))
    types = {str: "string", bool: "boolean"}
    fields = "".join(
        f"  /** {told[name]} */\n  {name}: {types[type(kinds.OTHER._asdict()[name])]};\n"
        for name in kinds.Kind._fields
    )
    text = (
        f'{KINDS_HEADER}\n\nimport type {{ Take }} from "./protocol";\n\n'
        f"export interface Kind {{\n{fields}}}\n\n"
        f'export const KINDS: Record<Take["kind"], Kind> = {json.dumps(table, ensure_ascii=False)};\n'
    )
    return _format(text, KINDS)


def typescript() -> str:
    """Return the text of the file of the messages, formatted as the front end is."""
    programs = JS / "node_modules" / ".bin"
    options = ["--no-additionalProperties", "--no-format", "--unreachableDefinitions"]
    types = _filter(json.dumps(schema()), programs / "json2ts", *options, f"--bannerComment={HEADER}")
    # Where each type was found says nothing: all of them are in the one schema.
    types = re.sub(r" \* This interface was referenced by .*\n.*\n", "", types)
    types = re.sub(r"/\*\*\n \*/\n", "", types)
    types = re.sub(r"(\n *\* *)+(?=\n *\*/)", "", types)
    types = re.sub(r"/\*\*\n *\* (.*)\n *\*/", r"/** \1 */", types)
    return _format(types, MESSAGES)


def schema() -> Schema:
    """Return JSON Schema of every command with the fields of its request and the value of its answer.

    What they are made of stands in ``$defs``, and so do the traits, and the messages that the kernel sends.
    """
    requests = get_args(protocol.AnyRequest)
    structs = [*NAMED, *requests, *(request.value for request in requests)]
    _, shapes = msgspec.json.schema_components(structs, ref_template="#/$defs/{name}")
    shapes = {name: _described(shape) for name, shape in shapes.items()}
    commands = {}
    for request in requests:
        shape = shapes.pop(request.__name__)
        # What every request has is the connection's business.
        fields = {name: field for name, field in shape["properties"].items() if name not in ("type", "id")}
        required = [name for name in shape["required"] if name in fields]
        value = {"$ref": f"#/$defs/{request.value.__name__}"}
        commands[request.__struct_config__.tag] = {
            **_object({"fields": _object(fields, required), "value": value}),
            "description": shape["description"],
        }
    values = sorted({request.value.__name__ for request in requests})
    shapes["Struct"] = {"title": "AnyValue", "anyOf": [{"$ref": f"#/$defs/{name}"} for name in values]}
    shapes["JSONValue"] = _json_value()
    return {
        **_object(commands),
        "title": "Commands",
        "description": "Every command, with the fields of its request and the value of its answer.",
        "$defs": shapes,
    }


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    if not properties:
        return {"$ref": "#/$defs/Nothing"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
    }


def _json_value() -> Schema:
    scalars = [{"type": name} for name in ("string", "number", "boolean", "null")]
    nested = [{"type": "array", "items": ANYTHING}, {"type": "object", "additionalProperties": ANYTHING}]
    return {"anyOf": [*scalars, *nested]}


def _described(shape: Schema) -> Schema:
    """Return a struct's schema, with what its docstring says of an attribute at that attribute."""
    text, _, attributes = shape["description"].replace("``", "`").partition("Attributes:\n")
    said = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", attributes, re.MULTILINE)
    descriptions = {name: re.sub(r"\s+", " ", words) for name, words in said}
    if unknown := descriptions.keys() - shape["properties"].keys():
        raise ValueError(f"{shape['title']} has no {', '.join(unknown)}, which its docstring describes")
    if not shape["properties"]:
        return {"description": text.strip(), "tsType": "Record<string, never>"}
    properties = {name: _any_as_json(field) for name, field in shape["properties"].items()}
    for name, description in descriptions.items():
        field = properties[name]
        # What stands beside a reference would make another type of what it refers to.
        properties[name] = {**({"allOf": [field]} if "$ref" in field else field), "description": description}
    return {**shape, "description": text.strip(), "properties": properties}


def _any_as_json(schema: Schema) -> Schema:
    """Return the schema with a value of any kind as any that JSON has."""
    if not schema:
        return ANYTHING
    if schema == {"type": "object"}:
        return {"type": "object", "additionalProperties": ANYTHING}
    if schema.get("type") == "array":
        # Without its limits, of which TypeScript would make a tuple.
        return {"type": "array", "items": _any_as_json(schema.get("items", {}))}
    return schema


def _format(text: str, file: Path) -> str:
    biome = JS / "node_modules" / ".bin" / "biome"
    return _filter(text, biome, "format", f"--stdin-file-path={file.relative_to(JS)}")


def _filter(text: str, *command: str | Path) -> str:
    ran = subprocess.run(command, cwd=JS, input=text, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr + ran.stdout)
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main())
