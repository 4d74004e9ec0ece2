// Prints the shapes of src/kernel/protocol.ts as JSON Schema, for tests/unit/widgets/test_protocol.py to hold against Python.
import { fileURLToPath } from "node:url";
import ts from "typescript";

// What goes over the wire, spelled out for each command.
const WIRE = `
  import type { Command, Part, ProgressTraits, Reply, Request, StudioTraits } from "./kernel/protocol";
  export interface Wire {
    traits: { StudioTraits: StudioTraits; ProgressTraits: ProgressTraits };
    requests: { [C in Command]: Request<C> };
    replies: { [C in Command]: Reply<C> };
    parts: { Part: Part };
  }`;

const path = fileURLToPath(new URL("./src/wire.ts", import.meta.url));
const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  lib: ["lib.es2022.d.ts"],
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const host = ts.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = (name) => name === path || fileExists(name);
host.readFile = (name) => (name === path ? WIRE : readFile(name));
const getSourceFile = host.getSourceFile;
host.getSourceFile = (name, ...rest) =>
  name === path ? ts.createSourceFile(name, WIRE, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);

const program = ts.createProgram([path], options, host);
const problems = ts.getPreEmitDiagnostics(program);
if (problems.length > 0) {
  console.error(ts.formatDiagnostics(problems, { ...host, getCanonicalFileName: (name) => name }));
  process.exit(1);
}
const checker = program.getTypeChecker();
const [wire] = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)));
console.log(JSON.stringify(schema(checker.getDeclaredTypeOfSymbol(wire))));

/** @param {ts.Type} type */
function schema(type) {
  const is = (flag) => (type.flags & flag) !== 0;
  if (type.aliasSymbol?.name === "JSONValue" || is(ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
  if (is(ts.TypeFlags.Null)) return { type: "null" };
  if (is(ts.TypeFlags.StringLiteral)) return { enum: [type.value] };
  if (is(ts.TypeFlags.BooleanLiteral)) return { enum: [checker.typeToString(type) === "true"] };
  if (is(ts.TypeFlags.String)) return { type: "string" };
  if (is(ts.TypeFlags.Number)) return { type: "number" };
  if (is(ts.TypeFlags.Boolean)) return { type: "boolean" };
  if (type.isUnion()) return { anyOf: type.types.filter(isThere).map(schema) };
  if (checker.isArrayType(type)) return { type: "array", items: schema(checker.getTypeArguments(type)[0]) };
  if (is(ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return fields(type);
  throw new Error(`${checker.typeToString(type)} has no JSON Schema here`);
}

/** An optional field's union has undefined in it; that it is optional is said by `required`. */
function isThere(type) {
  return (type.flags & ts.TypeFlags.Undefined) === 0;
}

/** @param {ts.Type} type */
function fields(type) {
  const members = checker.getPropertiesOfType(type);
  const others = checker.getIndexInfosOfType(type).find((info) => !(info.type.flags & ts.TypeFlags.Never));
  return {
    type: "object",
    properties: Object.fromEntries(members.map((one) => [one.name, schema(checker.getTypeOfSymbol(one))])),
    required: members.filter((one) => !(one.flags & ts.SymbolFlags.Optional)).map((one) => one.name),
    ...(others && { additionalProperties: schema(others.type) }),
  };
}
