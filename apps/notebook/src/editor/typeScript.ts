/** What the language service knows, in the editor: completions, what is pointed at, mistakes. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { Description, LanguageService } from "./languageService.ts";

/** Milliseconds after the last key before mistakes are looked for. */
const QUIET = 600;

export function typeScript(service: LanguageService, cell: string): Extension {
  return [
    autocompletion({ override: [(context) => complete(service, cell, context)], icons: true }),
    hoverTooltip(async (_, at) => {
      const found = await service.hover(cell, at).catch(() => undefined);
      if (!found) return null;
      return { pos: found.from, end: found.to, above: true, create: () => ({ dom: described(found) }) };
    }),
    linter(async () => [...(await service.diagnostics(cell).catch(() => []))], { delay: QUIET }),
  ];
}

/** Of TypeScript's words for things, those that have an icon. */
const ICONS: Record<string, string> = {
  method: "method",
  function: "function",
  "local function": "function",
  property: "property",
  getter: "property",
  const: "constant",
  let: "variable",
  var: "variable",
  "local var": "variable",
  class: "class",
  interface: "interface",
  type: "type",
  module: "namespace",
  keyword: "keyword",
};

async function complete(
  service: LanguageService,
  cell: string,
  { state, pos, explicit, aborted }: CompletionContext,
): Promise<CompletionResult | null> {
  const before = state.sliceDoc(Math.max(0, pos - 60), pos);
  const word = /[\w$]*$/.exec(before)![0];
  const member = /\.\s*[\w$]*$/.test(before);
  if (!explicit && !member && word.length < 2) return null;
  const found = await service.completions(cell, pos).catch(() => []);
  if (aborted || found.length === 0) return null;
  return {
    from: pos - word.length,
    validFor: /^[\w$]*$/,
    options: found.map(
      ({ label, kind, sort }): Completion => ({
        label,
        type: ICONS[kind] ?? "text",
        // Names of the cells and of insitu before JavaScript's own.
        boost: sort < "12" ? 1 : sort > "14" ? -1 : 0,
        info: async () => {
          const details = await service.details(cell, pos, label).catch(() => undefined);
          return details ? described(details) : null;
        },
      }),
    ),
  };
}

function described({ signature, documentation }: Pick<Description, "signature" | "documentation">): HTMLElement {
  const box = document.createElement("div");
  box.className = "ed-described";
  const code = document.createElement("code");
  code.textContent = signature.length > 600 ? `${signature.slice(0, 600)} …` : signature;
  box.append(code);
  if (documentation) {
    const text = document.createElement("p");
    text.textContent = documentation;
    box.append(text);
  }
  return box;
}
