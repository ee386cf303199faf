/** What the language service knows, in CodeMirror: completion, docs under the pointer, problems underlined. */
import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { LanguageService } from "./languageService.ts";
import type { Docs } from "./serviceAnswers.ts";

/** TypeScript's kinds that have another name, or no picture, in CodeMirror. */
const TYPES: Record<string, string> = {
  getter: "property",
  setter: "property",
  const: "constant",
  let: "variable",
  var: "variable",
  parameter: "variable",
  alias: "variable",
  module: "namespace",
  string: "text",
};

export function typescriptSupport(id: string, service: LanguageService): Extension {
  return [
    autocompletion({ override: [(context) => complete(id, service, context)], closeOnBlur: true }),
    hoverTooltip(async (view, offset) => {
      const found = await service.hover({ id, source: view.state.doc.toString() }, offset).catch(() => undefined);
      return found ? { pos: found.from, end: found.to, above: true, create: () => ({ dom: drawn(found) }) } : null;
    }),
    linter(
      async (view): Promise<Diagnostic[]> => {
        // Nothing is loaded for a notebook that is only read.
        if (!view.hasFocus) return [];
        const found = await service.diagnostics({ id, source: view.state.doc.toString() }).catch(() => []);
        const { length } = view.state.doc;
        return found.map(({ from, to, message }) => ({
          from: Math.min(from, length),
          to: Math.min(to, length),
          message,
          severity: "error",
        }));
      },
      { delay: 500 },
    ),
  ];
}

async function complete(
  id: string,
  service: LanguageService,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w$]*$/)!;
  const member = /\.\s*[\w$]*$/.test(context.state.sliceDoc(Math.max(0, word.from - 2), context.pos));
  if (!context.explicit && !member && word.to - word.from < 2) return null;
  const cell = { id, source: context.state.doc.toString() };
  const found = await service.completions(cell, context.pos).catch(() => []);
  if (context.aborted || found.length === 0) return null;
  return {
    from: word.from,
    validFor: /^[\w$]*$/,
    options: found.map(({ name, kind, sort }) => ({
      label: name,
      type: TYPES[kind] ?? kind,
      sortText: sort + name,
      info: async () => {
        const docs = await service.details(cell, context.pos, name);
        return docs ? { dom: drawn(docs) } : null;
      },
    })),
  };
}

function drawn({ signature, text }: Docs): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "ed-described";
  const head = dom.appendChild(document.createElement("code"));
  head.textContent = signature;
  if (text) dom.appendChild(document.createElement("p")).textContent = text;
  return dom;
}
