/** A stranger's Playwright suite, made of the packed tarballs. */
import { expect, test } from "@playwright/test";
import { cleanRoom } from "../cleanRoom.mjs";

test("a suite of a stranger's runs, its snapshot included", async () => {
  test.setTimeout(240_000);
  const room = await cleanRoom("playwright", ["insitu", "@insitu/program", "@insitu/playwright"], { weights: "." });
  try {
    const printed = room.run("@playwright/test/cli.js", "test");
    expect(printed).toMatch(/5 passed/);
    expect(printed).toContain("swiftshader");
  } finally {
    room.remove();
  }
});
