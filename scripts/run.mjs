/** `npm run demo | start | test | …`: sets everything up, then does it. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setup } from "./setup.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const BIN = {
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
  typedoc: "node_modules/typedoc/bin/typedoc",
  tsc: "node_modules/typescript/bin/tsc",
  biome: "node_modules/@biomejs/biome/bin/biome",
};

/** Types of each room under its own rules, of the tests, and the formatter and linter. */
const CHECKS = [
  [BIN.tsc, "-b"],
  [BIN.tsc, "-p", "tsconfig.test.json"],
  [BIN.biome, "check", "."],
];

/** Each command as the Node programs it runs, in order. Arguments given go to the last. */
const COMMANDS = {
  demo: [["apps/demo/cli.mjs"]],
  conformance: [["apps/conformance/cli.mjs"]],
  bench: [["apps/bench/cli.mjs"]],
  start: [["apps/notebook/serve.mjs"]],
  dev: [["scripts/serveDev.mjs"]],
  build: [["scripts/buildPackages.mjs"]],
  site: [[BIN.tsc, "-b"], ["apps/notebook/site.mjs"]],
  "docs:api": [[BIN.typedoc]],
  check: CHECKS,
  test: [...CHECKS, [BIN.typedoc, "--emit", "none"], [BIN.vitest, "run"], [BIN.playwright, "test"]],
};

const [name, ...given] = process.argv.slice(2);
const steps = COMMANDS[name];
if (!steps) {
  console.error(`There is no command ${name}. There are: ${Object.keys(COMMANDS).join(", ")}.`);
  process.exit(2);
}
try {
  await setup();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
for (const [i, step] of steps.entries()) {
  const status = await node([...step, ...(i === steps.length - 1 ? given : [])]);
  if (status !== 0) process.exit(status);
}

/** Runs a Node program to its end; what stops this process stops it too. */
function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
