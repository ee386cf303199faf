import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { TypeScriptService } from "../src/editor/typeScriptService.ts";
import { writeTypeFiles } from "../typeFiles.mjs";
import { GALLERY } from "./galleryCells.ts";

let service: TypeScriptService;
beforeAll(() => {
  writeTypeFiles();
  const types = readFileSync(new URL("../public/types.json", import.meta.url), "utf8");
  service = new TypeScriptService(new Map(Object.entries<string>(JSON.parse(types))));
}, 120_000);

function cells(...sources: string[]): void {
  service.update(sources.map((source, i) => ({ id: `c${i}`, source })));
}

function namesAt(source: string, ...before: string[]): string[] {
  cells(...before, source);
  return service.completions(`c${before.length}`, source.length).map(({ name }) => name);
}

describe("the language service of the cells", () => {
  it("completes modules, the values within attention, and what a value can do", () => {
    expect(namesAt("model.transformer.h[0].")).toEqual(expect.arrayContaining(["attn", "mlp", "output", "ln_1"]));
    expect(namesAt("model.transformer.h[0].attn.source.")).toEqual(expect.arrayContaining(["pattern", "z"]));
    expect(namesAt("model.lm_head.output.")).toEqual(expect.arrayContaining(["softmax", "topk", "save"]));
  });

  it("says what a function does", () => {
    cells("logitLens");
    const hover = service.hover("c0", 3)!;
    expect(hover).toMatchObject({ from: 0, to: 9 });
    expect(hover.signature).toContain("logitLens(");
    expect(hover.text.length).toBeGreaterThan(20);
    expect(service.details("c0", 9, "topTokens")!.signature).toContain("topTokens(");
  });

  it("knows the names of other cells, with their types", () => {
    expect(namesAt("prompt.", 'const prompt = "The"')).toContain("toUpperCase");
    expect(namesAt("a.", "const { a, b: [c] } = { a: 1, b: [2] }")).toContain("toFixed");
    cells("let n = 1;", "n = 2; n.toUpperCase()");
    expect(service.diagnostics("c1")).toMatchObject([{ from: 9, to: 20 }]);
  });

  it("finds a wrong argument at its place, and a mistake of writing alone", () => {
    const source = 'const k = 5;\nawait topTokens(model, "The", { k: "five" })';
    cells(source);
    const at = source.indexOf("topTokens");
    expect(service.diagnostics("c0")).toMatchObject([
      { from: at, to: at + 9, message: expect.stringContaining("number") },
    ]);
    cells("const = 1");
    expect(service.diagnostics("c0").length).toBeGreaterThan(0);
  });

  it.each(GALLERY)("finds nothing wrong in the gallery's %s", (_, sources) => {
    cells(...sources);
    const found = sources.flatMap((source, i) =>
      service.diagnostics(`c${i}`).map(({ from, message }) => `${source.slice(from, from + 50)}: ${message}`),
    );
    expect(found).toEqual([]);
  });
});
