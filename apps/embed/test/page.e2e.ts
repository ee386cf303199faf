/** A stranger's page, made of the packed tarballs with Vite and nothing configured. */
import { expect, test } from "@playwright/test";
import { cleanRoom } from "../cleanRoom.mjs";

test.describe.configure({ mode: "serial" });

let room: Awaited<ReturnType<typeof cleanRoom>>;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  room = await cleanRoom("page", ["insitu", "@insitu/program", "@insitu/analysis"]);
});
test.afterAll(() => room?.remove());

test("its types hold, as a bundler finds them and as Node does", () => {
  const tsc = "typescript/bin/tsc";
  room.run(tsc);
  room.run(tsc, "--module", "nodenext", "--moduleResolution", "nodenext");
});

const MODES = { dev: ["--port", "0"], preview: ["preview", "--port", "0"] };

for (const [mode, args] of Object.entries(MODES)) {
  test(`it traces on webgpu and on wasm (${mode})`, async ({ page }) => {
    const vite = "vite/bin/vite.js";
    if (mode === "preview") room.run(vite, "build");
    const server = await room.serve(vite, ...args);
    try {
      for (const backend of ["webgpu", "wasm"]) {
        await page.goto(`${server.address}?backend=${backend}`);
        const result = page.locator("#result");
        await expect(result).not.toHaveText("loading");
        expect(await result.textContent()).toBe(
          JSON.stringify({ backend, next: " Paris", top: " Paris", pattern: [1, 8, 8, 8], layers: true }),
        );
        // Built, all is one file, and no line of it is the user's own.
        if (mode === "dev") await expect(result).toHaveAttribute("data-line", /\/src\/main\.ts:\d+:\d+$/);
      }
    } finally {
      server.close();
    }
  });
}
