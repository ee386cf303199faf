/** Rendered where there is no browser: nothing is touched that only a page has. */
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { everything } from "./everything.tsx";

const PAGE_ONLY = ["navigator", "window", "document", "Worker", "localStorage", "location", "customElements"];

test("every component renders on a server, and asks for nothing", () => {
  const asked: string[] = [];
  for (const name of PAGE_ONLY) {
    expect(globalThis).not.toHaveProperty(name);
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => {
        asked.push(name);
        return undefined;
      },
    });
  }
  try {
    const html = renderToString(everything());
    expect(html).toContain("insitu-top-tokens");
    // A question whether there is one, by typeof, is no use of it.
    expect(asked.filter((name) => name !== "document")).toEqual([]);
  } finally {
    for (const name of PAGE_ONLY) delete (globalThis as Record<string, unknown>)[name];
  }
});
