/** Runs what stands in an editor. Comes with the first run: sucrase and acorn are a page's only once somebody runs code. */
import "../library.ts";
import * as analysis from "@insitu/analysis";
import * as insitu from "insitu";
import { CodeError } from "./codeError.ts";
import { codeFile } from "./codeLine.ts";
import { compileCode } from "./compileCode.ts";
import { guardedModel } from "./guardedModel.ts";

export interface CodeScope {
  model: insitu.GPT2LanguageModel;
  /** Aborted, nothing more is asked of the model. */
  signal: AbortSignal;
  console: object;
}

const MODULES: Record<string, object> = { insitu, "@insitu/analysis": analysis };

/** What reaches the modules that the code imports from. */
const IMPORTS = "__modules";

let runs = 0;

/**
 * Gives what the code returns, or the value of its last expression. In scope are `model`, `signal`, and everything of
 * insitu and @insitu/analysis, which constants of the code's own may hide. @throws CodeError; what the code throws
 */
export async function runCode(code: string, { model, signal, console }: CodeScope): Promise<unknown> {
  const file = codeFile(runs++);
  const scope: Record<string, unknown> = {
    ...insitu,
    ...analysis,
    model: guardedModel(model, signal),
    signal,
    console,
    [IMPORTS]: MODULES,
  };
  const body = compileCode(code, file, IMPORTS);
  // All on the code's own first line: the lines that errors, warnings and the browser's tools name are the editor's.
  const text = `((${Object.keys(scope).join(", ")}) => async () => { "use strict"; ${body}\n})\n//# sourceURL=${file}`;
  return evaluate(text)(...Object.values(scope))();
}

/** By another name than its own it sees nothing of this module. */
// biome-ignore lint/security/noGlobalEval: the code is the author's and the reader's own, run because they ask
const globalEval: (text: string) => unknown = globalThis.eval;

function evaluate(text: string): (...scope: unknown[]) => () => Promise<unknown> {
  try {
    return globalEval(text) as ReturnType<typeof evaluate>;
  } catch (error) {
    if (error instanceof EvalError) {
      throw new CodeError(
        "This page does not allow that code from its editor runs.",
        "Its Content-Security-Policy needs 'unsafe-eval' in script-src.",
      );
    }
    if (error instanceof SyntaxError)
      throw new CodeError(`The code cannot be read: ${error.message}.`, "Mend it and run it again.");
    throw error;
  }
}
