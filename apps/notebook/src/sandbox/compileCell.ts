/** A cell as a function in plain JavaScript, and the names that it shares with other cells. */
import { readCode, UnreadableCode } from "@insitu/react/code";
import type { AnyNode, Pattern, Program } from "acorn";

/** What cells may import, though most of it is in scope. */
export const MODULES: readonly string[] = ["insitu", "@insitu/analysis", "@observablehq/plot", "@tensorflow/tfjs"];

export interface CompiledCell {
  /** Evaluated, it gives `(scope, library, define) => Promise`. */
  readonly text: string;
  /** How many characters stand before the cell's own on its first line. */
  readonly indent: number;
  /** Names that it declares at its top level. */
  readonly defines: readonly string[];
  /** Names that it reads and does not declare there. */
  readonly uses: readonly string[];
  /** Modules that it imports. */
  readonly imports: readonly string[];
}

/** The text of a cell cannot be read. */
export class CellSyntaxError extends Error {
  override readonly name = "SyntaxError";
  constructor(
    message: string,
    readonly remedy: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

/** What a cell is called: in stacks, in errors' lines, in the browser's tools. */
export const fileOf = (cell: string): string => `cell-${cell}.ts`;

/** @throws CellSyntaxError */
export function compileCell(code: string, cell: string): CompiledCell {
  const { body, imported, imports, program } = read(code);
  const defines = declared(program);
  // Live bindings: whoever reads or writes a name of this cell's later does so to the variable itself.
  const shared = defines.map((name) => `get ${name}() { return ${name}; }, set ${name}($) { ${name} = $; }`);
  const before =
    `(($scope, $library, $define) => { with ($scope) { return (async () => { "use strict"; ` +
    `$define({ ${shared.join(", ")} }); ${imported} `;
  const text = `${before}${body}\n})(); } })\n//# sourceURL=${fileOf(cell)}`;
  const names = new Set(defines);
  const uses = [...identifiers(program)].filter((name) => !names.has(name));
  return { text, indent: before.length, defines, uses, imports };
}

function read(code: string) {
  try {
    const moduleOf = (name: string) => `$library(${JSON.stringify(name)})`;
    return readCode(code, { modules: MODULES, moduleOf, keepUnusedImports: true });
  } catch (error) {
    if (!(error instanceof UnreadableCode)) throw error;
    const [message, remedy] = textOf(error);
    throw new CellSyntaxError(message, remedy, error.line, error.column);
  }
}

function textOf({ reason, detail }: UnreadableCode): [message: string, remedy: string] {
  switch (reason) {
    case "export":
      return ["A cell exports nothing.", "What it declares at its top level is there for later cells."];
    case "import":
      return [
        `${JSON.stringify(detail)} cannot be imported here.`,
        `There are ${MODULES.join(", ")}: nothing else comes into the sandbox.`,
      ];
    case "syntax":
      return [`The cell cannot be read: ${detail}.`, "Mend it and run it again."];
  }
}

/** Names of the top level: constants, variables, functions, classes; imports are each cell's own, and everybody's. */
function declared({ body }: Program): string[] {
  const names: string[] = [];
  for (const statement of body) {
    if (statement.type === "VariableDeclaration") for (const { id } of statement.declarations) names.push(...bound(id));
    else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration")
      names.push(statement.id.name);
    else if (statement.type === "ImportDeclaration") names.push(...statement.specifiers.map(({ local }) => local.name));
  }
  return names;
}

function bound(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((part) => bound(part.type === "RestElement" ? part.argument : part.value));
    case "ArrayPattern":
      return pattern.elements.flatMap((part) => (part ? bound(part) : []));
    case "AssignmentPattern":
      return bound(pattern.left);
    case "RestElement":
      return bound(pattern.argument);
    default:
      return [];
  }
}

/** Every identifier that may name a variable: not those behind a dot, nor keys of objects. */
function identifiers(program: Program): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown, parent?: AnyNode, key?: string): void => {
    if (Array.isArray(node)) {
      for (const part of node) visit(part, parent, key);
      return;
    }
    if (typeof node !== "object" || node === null || typeof (node as { type?: unknown }).type !== "string") return;
    const { type } = node as AnyNode;
    if (type === "Identifier") {
      const computed = (parent as { computed?: boolean } | undefined)?.computed;
      const property = key === "property" || (key === "key" && !(parent as { shorthand?: boolean }).shorthand);
      if (!property || computed) names.add((node as { name: string }).name);
      return;
    }
    for (const [name, part] of Object.entries(node)) visit(part, node as AnyNode, name);
  };
  visit(program.body);
  return names;
}
