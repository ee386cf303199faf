/** What is made of the code of an editor: types gone, lines kept, its last expression given. */
import { expect, test } from "vitest";
import { CodeError } from "../src/tracePlayground/codeError.ts";
import { compileCode } from "../src/tracePlayground/compileCode.ts";
import { dedent } from "../src/tracePlayground/dedent.ts";

const AsyncFunction = (async () => {}).constructor as new (...text: string[]) => (modules: object) => Promise<unknown>;

/** What the compiled code gives. */
const run = (code: string, modules = {}) => new AsyncFunction("m", compileCode(code, "code.ts", "m"))(modules);

test.each<[string, string, unknown]>([
  ["the last expression", "const x = 1;\nx + 1;", 2],
  ["without its semicolon", "1 + 1", 2],
  ["with a comment behind", "1 + 1 // so it is", 2],
  ["awaited", "await Promise.resolve(3)", 3],
  ["in parentheses", "(1, 2);", 2],
  ["an object in parentheses", "({ a: 1 });", { a: 1 }],
  ["a text alone", '"use what"', "use what"],
  ["an arrow function called", "(() => 4)()", 4],
  ["an explicit return", "return 5;\n6", 5],
  ["a return in a branch", "if (true) { return 7; }\n8", 7],
  ["nothing", "const x = 1;", undefined],
  ["no code at all", "", undefined],
  ["types", "type T = number;\nconst x: T = 1 as T;\nconst f = <U,>(u: U): U => u;\nf<T>(x)!;", 1],
  ["an enum", "enum E { A = 3 }\nE.A", 3],
  ["satisfies", "({ a: 1 }) satisfies Record<string, number>;", { a: 1 }],
])("%s", async (_, code, given) => {
  expect(await run(code)).toEqual(given);
});

test("imports of what is there anyhow are taken from it", async () => {
  const modules = { insitu: { Tensor: "T" }, "@insitu/analysis": { logitLens: "L" } };
  const code =
    'import { Tensor as T } from "insitu";\nimport type { Prompt } from "insitu";\nimport * as all from "@insitu/analysis";\n[T, all.logitLens]';
  expect(await run(code, modules)).toEqual(["T", "L"]);
});

test("lines stay where they were", async () => {
  const code =
    'import {\n  Tensor,\n} from "insitu";\ninterface A {\n  a: number;\n}\nconst a: A = { a: 1 };\n\nboom(a);';
  const line = (text: string) =>
    compileCode(text, "code.ts", "m")
      .split("\n")
      .findIndex((row) => row.includes("boom"));
  expect(line(code)).toBe(8);
});

test.each([
  ["const x = ;", 1],
  ["1;\n2;\nlet let = 3;", 3],
  ["const a = 1;\nconst b = (2;\n", 2],
  ["const a = 1;\nconst a = 2;", 2],
  ["}\nawait 1", 1],
  ["const x: = 1", 1],
  ['1;\nimport x from "lodash";\nx', 2],
  ["1;\nexport const x = 1;", 2],
])("%j is an error of its line", (code, line) => {
  const error = (() => {
    try {
      return compileCode(code, "code.ts", "m");
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(CodeError);
  expect((error as CodeError).name).toBe("CodeError");
  expect((error as CodeError).line).toMatch(new RegExp(`^code\\.ts:${line}:`));
});

test("code within a page loses the indentation its lines share", () => {
  expect(dedent("\n    a\n      b\n\n    c\n  ")).toBe("a\n  b\n\nc");
  expect(dedent("a\n  b")).toBe("a\n  b");
  expect(dedent("\n  \n")).toBe("");
});
