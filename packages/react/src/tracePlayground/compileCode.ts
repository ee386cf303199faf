/** What stands in an editor, as the body of an async function in plain JavaScript. */
import { readCode, UnreadableCode } from "../code/readCode.ts";
import { CodeError } from "./codeError.ts";

/** What the code may import, though all of it is in scope: snippets of the documentation begin with that. */
export const MODULES = ["insitu", "@insitu/analysis"];

/**
 * The body: its last expression is returned, its imports are taken from `modules`. Lines are those of `code`; `file` is
 * what errors name. @throws CodeError
 */
export function compileCode(code: string, file: string, modules: string): string {
  try {
    const moduleOf = (name: string) => `${modules}[${JSON.stringify(name)}]`;
    const { imported, body } = readCode(code, { modules: MODULES, moduleOf, allowReturn: true });
    return imported + body;
  } catch (error) {
    if (!(error instanceof UnreadableCode)) throw error;
    throw codeError(error).at(error.line === undefined ? undefined : `${file}:${error.line}:${error.column}`);
  }
}

function codeError({ reason, detail }: UnreadableCode): CodeError {
  switch (reason) {
    case "export":
      return new CodeError(
        "The code exports something.",
        "It is the body of a function: end it with what to show, or return it.",
      );
    case "import":
      return new CodeError(
        `${JSON.stringify(detail)} cannot be imported here.`,
        `There are ${MODULES.join(" and ")}, and import("https://…") for what lies elsewhere.`,
      );
    case "syntax":
      return new CodeError(`The code cannot be read: ${detail}.`, "Mend it and run it again.");
  }
}
