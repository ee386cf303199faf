/**
 * What stands in an editor, as the body of an async function in plain JavaScript. sucrase takes the types out and leaves
 * every line where it was, so that no source map is needed; it checks little, so acorn reads what is left: for errors
 * with their line, for the last expression and for imports.
 */
import { type Program, parse } from "acorn";
import { transform } from "sucrase";
import { CodeError } from "./codeError.ts";

/** What the code may import, though all of it is in scope: snippets of the documentation begin with that. */
export const MODULES = ["insitu", "@insitu/analysis"];

/** A part of the text, and what is to stand in its place. */
interface Change {
  start: number;
  end: number;
  text: string;
}

/**
 * The body: its last expression is returned, its imports are taken from `modules`. Lines are those of `code`; `file` is
 * what errors name. @throws CodeError
 */
export function compileCode(code: string, file: string, modules: string): string {
  const plain = attempt(file, () => transform(code, { transforms: ["typescript"], disableESTransforms: true }).code);
  const program = attempt(file, () =>
    parse(plain, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      locations: true,
      preserveParens: true,
    }),
  );
  const { imported, changes } = importsOf(program, plain, file, modules);
  const last = program.body.at(-1);
  if (last?.type === "ExpressionStatement") {
    const { start, end } = last.expression;
    // What ends the statement, and comments, stay behind the parenthesis.
    changes.push({ start, end: start, text: "return (" }, { start: end, end, text: "\n)" });
  }
  let body = plain;
  for (const { start, end, text } of changes.sort((a, b) => b.start - a.start))
    body = body.slice(0, start) + text + body.slice(end);
  return imported + body;
}

/** Imports as constants on the first line, and blanks where they stood. @throws CodeError */
function importsOf({ body }: Program, plain: string, file: string, modules: string) {
  let imported = "";
  const changes: Change[] = [];
  for (const statement of body) {
    const at = `${file}:${statement.loc?.start.line}:${(statement.loc?.start.column ?? 0) + 1}`;
    if (statement.type.startsWith("Export")) {
      throw new CodeError(
        "The code exports something.",
        "It is the body of a function: end it with what to show, or return it.",
      ).at(at);
    }
    if (statement.type !== "ImportDeclaration") continue;
    const from = String(statement.source.value);
    if (!MODULES.includes(from)) {
      throw new CodeError(
        `${JSON.stringify(from)} cannot be imported here.`,
        `There are ${MODULES.join(" and ")}, and import("https://…") for what lies elsewhere.`,
      ).at(at);
    }
    const module = `${modules}[${JSON.stringify(from)}]`;
    for (const specifier of statement.specifiers) {
      const { local } = specifier;
      if (specifier.type === "ImportNamespaceSpecifier") imported += `const ${local.name} = ${module};`;
      else {
        const { imported: name } = specifier as { imported?: { name?: string } };
        imported += `const ${local.name} = ${module}[${JSON.stringify(name?.name ?? "default")}];`;
      }
    }
    const { start, end } = statement;
    changes.push({ start, end, text: plain.slice(start, end).replace(/[^\n]/g, " ") });
  }
  return { imported, changes };
}

/** @throws CodeError */
function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { loc } = error as { loc?: { line: number; column: number } };
    const what = error.message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
    throw new CodeError(`The code cannot be read: ${what}.`, "Mend it and run it again.").at(
      loc && `${file}:${loc.line}:${loc.column + 1}`,
    );
  }
}
