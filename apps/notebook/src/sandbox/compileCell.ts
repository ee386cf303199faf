/**
 * A cell as a function in plain JavaScript. sucrase takes the types out and leaves every line where it was; acorn reads what
 * is left: for errors with their line, the last expression, imports, and the names that a cell shares with others.
 */
import { type AnyNode, type Node, type Pattern, type Program, parse } from "acorn";
import { transform } from "sucrase";

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
  // sucrase counts columns from 1, acorn from 0.
  const plain = attempt(
    0,
    () => transform(code, { transforms: ["typescript"], disableESTransforms: true, keepUnusedImports: true }).code,
  );
  const program = attempt(1, () =>
    parse(plain, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      locations: true,
      preserveParens: true,
    }),
  );
  const changes: Change[] = [];
  const imports = new Set<string>();
  let imported = "";
  for (const statement of program.body) {
    if (statement.type.startsWith("Export"))
      throw at(statement, "A cell exports nothing.", "What it declares at its top level is there for later cells.");
    if (statement.type !== "ImportDeclaration") continue;
    const from = String(statement.source.value);
    if (!MODULES.includes(from))
      throw at(
        statement,
        `${JSON.stringify(from)} cannot be imported here.`,
        `There are ${MODULES.join(", ")}: nothing else comes into the sandbox.`,
      );
    imports.add(from);
    const module = `$library(${JSON.stringify(from)})`;
    for (const specifier of statement.specifiers) {
      const name = specifier.local.name;
      if (specifier.type === "ImportNamespaceSpecifier") imported += `const ${name} = ${module};`;
      else {
        const key =
          specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier"
            ? specifier.imported.name
            : "default";
        imported += `const ${name} = ${module}[${JSON.stringify(key)}];`;
      }
    }
    changes.push({ ...placeOf(statement), text: blank(plain, statement) });
  }
  const last = program.body.at(-1);
  if (last?.type === "ExpressionStatement") {
    const { start, end } = last.expression;
    changes.push({ start, end: start, text: "return (" }, { start: end, end, text: "\n)" });
  }
  let body = plain;
  for (const { start, end, text } of changes.sort((a, b) => b.start - a.start))
    body = body.slice(0, start) + text + body.slice(end);
  const defines = declared(program);
  // Live bindings: whoever reads or writes a name of this cell's later does so to the variable itself.
  const shared = defines.map((name) => `get ${name}() { return ${name}; }, set ${name}($) { ${name} = $; }`);
  const before =
    `(($scope, $library, $define) => { with ($scope) { return (async () => { "use strict"; ` +
    `$define({ ${shared.join(", ")} }); ${imported} `;
  const text = `${before}${body}\n})(); } })\n//# sourceURL=${fileOf(cell)}`;
  const names = new Set(defines);
  const uses = [...identifiers(program)].filter((name) => !names.has(name));
  return { text, indent: before.length, defines, uses, imports: [...imports] };
}

interface Change {
  start: number;
  end: number;
  text: string;
}

const placeOf = ({ start, end }: Node) => ({ start, end });

/** As long as what it replaces, lines and all. */
const blank = (text: string, { start, end }: Node) => text.slice(start, end).replace(/[^\n]/g, " ");

const at = ({ loc }: Node, message: string, remedy: string) =>
  new CellSyntaxError(message, remedy, loc?.start.line, loc ? loc.start.column + 1 : undefined);

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

/** @throws CellSyntaxError */
function attempt<T>(first: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { loc } = error as { loc?: { line: number; column: number } };
    const what = error.message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
    throw new CellSyntaxError(
      `The cell cannot be read: ${what}.`,
      "Mend it and run it again.",
      loc?.line,
      loc && loc.column + first,
    );
  }
}
