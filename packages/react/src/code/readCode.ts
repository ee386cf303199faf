/**
 * What a reader typed, as plain JavaScript. sucrase takes the types out and leaves every line where it was, so that no
 * source map is needed; it checks little, so acorn reads what is left: for errors with their line, for the last expression
 * and for imports.
 */
import { type Node, type Program, parse } from "acorn";
import { transform } from "sucrase";

export interface ReadCodeOptions {
  /** What may be imported. */
  modules: readonly string[];
  /** The expression that gives one of them, in the code to be run. */
  moduleOf: (name: string) => string;
  /** Whether imports that the code does not use are imports all the same; not unless given. */
  keepUnusedImports?: boolean;
  /** Whether the code may say `return`; not unless given. */
  allowReturn?: boolean;
}

export interface ReadCode {
  /** The body of an async function, on the code's own lines: without imports, its last expression returned. */
  body: string;
  /** Its imports as constants, in one line: to stand before the body. */
  imported: string;
  /** The modules that it imports. */
  imports: readonly string[];
  /** Its syntax tree, as acorn gives it: of the code without its types. */
  program: Program;
}

/** The code is none, or does what it cannot here. `line` and `column` count from 1. */
export class UnreadableCode extends Error {
  constructor(
    readonly reason: "syntax" | "export" | "import",
    /** What is wrong with the syntax, or the name of the module that cannot be imported. */
    readonly detail: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(`${reason}: ${detail}`);
  }
}

/** @throws UnreadableCode */
export function readCode(code: string, options: ReadCodeOptions): ReadCode {
  const { keepUnusedImports = false, allowReturn: allowReturnOutsideFunction = false } = options;
  // sucrase counts columns from 1, acorn from 0.
  const plain = attempt(
    0,
    () => transform(code, { transforms: ["typescript"], disableESTransforms: true, keepUnusedImports }).code,
  );
  const program = attempt(1, () =>
    parse(plain, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction,
      locations: true,
      preserveParens: true,
    }),
  );
  const { imported, imports, changes } = importsOf(program, plain, options);
  const last = program.body.at(-1);
  if (last?.type === "ExpressionStatement") {
    const { start, end } = last.expression;
    // What ends the statement, and comments, stay behind the parenthesis.
    changes.push({ start, end: start, text: "return (" }, { start: end, end, text: "\n)" });
  }
  let body = plain;
  for (const { start, end, text } of changes.sort((a, b) => b.start - a.start))
    body = body.slice(0, start) + text + body.slice(end);
  return { body, imported, imports, program };
}

/** A part of the text, and what is to stand in its place. */
interface Change {
  start: number;
  end: number;
  text: string;
}

/** Imports as constants on the first line, and blanks where they stood. @throws UnreadableCode */
function importsOf({ body }: Program, plain: string, { modules, moduleOf }: ReadCodeOptions) {
  let imported = "";
  const imports = new Set<string>();
  const changes: Change[] = [];
  for (const statement of body) {
    if (statement.type.startsWith("Export")) throw at(statement, "export", statement.type);
    if (statement.type !== "ImportDeclaration") continue;
    const from = String(statement.source.value);
    if (!modules.includes(from)) throw at(statement, "import", from);
    imports.add(from);
    for (const specifier of statement.specifiers) {
      const { name } = specifier.local;
      const all = specifier.type === "ImportNamespaceSpecifier";
      const { imported: theirs } = specifier as { imported?: { name?: string } };
      imported += `const ${name} = ${moduleOf(from)}${all ? "" : `[${JSON.stringify(theirs?.name ?? "default")}]`};`;
    }
    const { start, end } = statement;
    changes.push({ start, end, text: plain.slice(start, end).replace(/[^\n]/g, " ") });
  }
  return { imported, imports: [...imports], changes };
}

const at = ({ loc }: Node, reason: UnreadableCode["reason"], detail: string) =>
  new UnreadableCode(reason, detail, loc?.start.line, loc ? loc.start.column + 1 : undefined);

/** @throws UnreadableCode */
function attempt<T>(first: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { loc } = error as { loc?: { line: number; column: number } };
    const what = error.message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
    throw new UnreadableCode("syntax", what, loc?.line, loc && loc.column + first);
  }
}
