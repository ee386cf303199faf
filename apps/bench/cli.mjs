/**
 * `npm run bench`: insitu's figures against their bars, with the baselines in the same run.
 *
 *   npm run bench -- [--only NAME]… [--full] [--model SHAPE] [--tokens N] [--rounds N] [--runtime browser|node]
 *
 * Prints a table and writes bench/results.json where npm was called. Ends with 1 where a row fails.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addressOf, reportOfPage, withServer } from "../../scripts/page.mjs";
import { serveFolder } from "../../scripts/serveFolder.mjs";
import { canonicalShape } from "../hub/checkpoint/shape.mjs";
import { BUNDLE, bundleRow } from "./bundle.mjs";
import { reportOfNode } from "./dawn.mjs";
import { serveRandomWeights } from "./serveRandomWeights.mjs";
import { formatRow, summary } from "./table.mjs";

/** As the page knows them (src/bench.ts, src/onnx/session.ts). */
const WEIGHTS = "/bench-weights";
const ORT_FILES = "/onnxruntime-web";
const ORT_FOLDER = fileURLToPath(new URL("node_modules/onnxruntime-web/dist", import.meta.url));
const RESULTS = "bench/results.json";

const options = readOptions();
const plugins = [serveRandomWeights(WEIGHTS), serveFolder(ORT_FILES, ORT_FOLDER)];
await withServer(plugins, async (server) => {
  let last = performance.now();
  const printed = (row) => {
    const now = performance.now();
    console.log(formatRow(row, (now - last) / 1000));
    last = now;
  };
  const report =
    options.runtime === "node"
      ? await reportOfNode(server, addressOf(server), options, printed)
      : await reportOfPage(server, "apps/bench/", options, { onRow: printed });
  if (options.only.length === 0 || options.only.some((part) => BUNDLE.includes(part))) {
    report.rows.push(await bundleRow());
    printed(report.rows.at(-1));
  }
  if (report.rows.length === 0) throw new Error(`No figure's name contains ${options.only.join(" or ")}.`);
  console.log(summary(report));
  write(report);
  if (report.rows.some(({ pass }) => pass === false)) process.exitCode = 1;
});
// Dawn keeps Node alive.
if (options.runtime === "node") process.exit();

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true, default: [] },
        full: { type: "boolean", default: false },
        model: { type: "string" },
        tokens: { type: "string", default: "64" },
        rounds: { type: "string", default: "3" },
        runtime: { type: "string", default: "browser" },
      },
    });
    const { only, full, model, runtime } = values;
    if (!["browser", "node"].includes(runtime)) throw new Error("--runtime must be browser or node.");
    return {
      only,
      full,
      runtime,
      tokens: count("tokens", values.tokens),
      rounds: count("rounds", values.rounds),
      ...(model ? { model: canonicalShape(model) } : {}),
    };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function count(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a positive integer.`);
  return value;
}

function write(report) {
  // Where npm was called, which is what whoever typed it expects.
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), RESULTS);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${RESULTS}.`);
}
