/** Renders every snippet of the documentation, and checks what it says it shows. */
import "./workers.ts";
import * as analysis from "@insitu/analysis";
import * as insitu from "insitu";
import * as React from "react";
import * as jsx from "react/jsx-runtime";
import { transform } from "sucrase";
import { afterEach, expect, test } from "vitest";
import { cleanup, render } from "vitest-browser-react";
import * as components from "../src/index.ts";

const PAGES = import.meta.glob<string>(["../../../docs/react*.md", "../../../README.md"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const MODULES: Record<string, unknown> = {
  react: React,
  "react/jsx-runtime": jsx,
  "@insitu/react": components,
  "@insitu/analysis": analysis,
  insitu,
};

const snippets = Object.entries(PAGES).flatMap(([path, text]) =>
  [...text.matchAll(/^```tsx\n(.*?)^```$/gms)].map(([, code], i) => ({
    name: `${path.split("/").at(-1)}, ${i}`,
    code: code!,
    shows: [...code!.matchAll(/^\/\/ shows (.*)$/gm)].map(([, says]) => JSON.parse(says!) as string),
  })),
);

afterEach(() => cleanup());

test("there are snippets", () => {
  expect(snippets.length).toBeGreaterThan(3);
});

test.each(snippets)("$name", async ({ code, shows }) => {
  expect(shows.length).toBeGreaterThan(0);
  const Page = exportOf(code);
  const screen = await render(
    <React.StrictMode>
      <Page />
    </React.StrictMode>,
  );
  const text = () =>
    `${screen.container.textContent}\n${Array.from(screen.container.querySelectorAll(".insitu-token span:first-child, .insitu-hidden"), (e) => e.textContent).join("\n")}`;
  for (const wanted of shows) await expect.poll(text, { timeout: 30_000 }).toContain(wanted);
  expect(screen.container.querySelector('[role="alert"]')?.textContent).toBeUndefined();
});

/** The default export of a module written in TSX. */
function exportOf(code: string): React.ComponentType {
  const { code: plain } = transform(code, {
    transforms: ["typescript", "jsx", "imports"],
    jsxRuntime: "automatic",
    production: true,
  });
  const exports: { default?: React.ComponentType } = {};
  const require = (name: string) => MODULES[name] ?? expect.fail(`There is no ${name}.`);
  new Function("require", "exports", plain)(require, exports);
  return exports.default as React.ComponentType;
}
