/** What a server rendered becomes alive in the page without a mismatch, in strict mode, with one load. */

import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { everything } from "./everything.tsx";
import { workers } from "./workers.ts";

test("hydration", async () => {
  const page = <StrictMode>{everything()}</StrictMode>;
  const root = document.body.appendChild(document.createElement("div"));
  root.innerHTML = renderToString(page);
  const complaints: unknown[] = [];
  const hydrated = hydrateRoot(root, page, { onRecoverableError: (error) => complaints.push(error) });
  await expect.poll(() => root.textContent, { timeout: 20_000 }).toContain('" Paris"');
  expect(complaints).toEqual([]);
  expect(workers.started).toBe(1);
  hydrated.unmount();
  await expect.poll(() => workers.alive).toBe(0);
});
