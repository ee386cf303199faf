/** What the packages weigh, against their limits and against what the README says. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { buildPackages } from "../../../scripts/buildPackages.mjs";
import { measureSizes, SIZES } from "../sizes.mjs";

const README = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

let measured: Awaited<ReturnType<typeof measureSizes>>;
beforeAll(async () => {
  await buildPackages();
  measured = await measureSizes();
  for (const { name, kB } of measured) console.log(`${name}: ${kB.toFixed(1)} kB`);
}, 120_000);

test.each(SIZES.map(({ name }, i) => ({ name, i })))("$name", ({ name, i }) => {
  const { kB, limit } = measured[i]!;
  expect(kB).toBeLessThanOrEqual(limit);
  const row = README.split("\n").find((line) => line.startsWith(`| ${name} | `));
  const said = Number(row?.split(" | ")[1]?.match(/^[\d.]+/)?.[0]);
  expect(Math.abs(said / kB - 1), `README says ${said} kB, measured ${kB.toFixed(1)} kB`).toBeLessThanOrEqual(0.05);
});
