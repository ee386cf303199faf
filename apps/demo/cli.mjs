/**
 * `npm run demo`: the main job in a real browser, printed.
 *
 *   npm run demo -- [--model ID-OR-URL] [--hub URL] [--revision NAME] [--backend webgpu|wasm|cpu|auto]
 *                   [--prompt TEXT] [--towards TEXT] [--json FILE]
 *
 * The model is a hub id (openai-community/gpt2, of huggingface.co or of the mirror that --hub names), a folder's
 * URL, or a path of this repository (/weights/tiny).
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reportOfPage, withServer } from "../../scripts/page.mjs";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    hub: { type: "string" },
    revision: { type: "string" },
    model: { type: "string", default: "/weights/tiny" },
    backend: { type: "string", default: "webgpu" },
    prompt: { type: "string", default: "The Eiffel Tower is in the city of" },
    towards: { type: "string", default: "The Colosseum is in the city of" },
  },
});

/** Where the browser keeps models between two demos, and the port that they are kept under. */
const PROFILE = fileURLToPath(new URL("../../node_modules/.cache/insitu/demo-profile", import.meta.url));
const PORT = 5187;

await withServer([], show, PORT);

async function show(server) {
  const { json: _, ...options } = values;
  const report = await reportOfPage(server, "apps/demo/", options, { onProgress: showProgress }, PROFILE);
  print(report);
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`Written to ${values.json}.`);
  }
}

/** One line that is written over: on a terminal, as it goes; elsewhere nothing. */
function showProgress(line) {
  if (!process.stdout.isTTY) return;
  const width = process.stdout.columns || 80;
  process.stdout.write(`\r\x1b[2K${line === "Ready" ? "" : line.slice(0, width - 1)}`);
}

function print(report) {
  const rows = report.runs.flatMap((run) => [
    "",
    `  ${run.name}`,
    ...(run.edit ? [`    ${run.edit}`] : []),
    ...run.top.map(
      ({ token, probability }) =>
        `    ${bar(probability)} ${(probability * 100).toFixed(1).padStart(5)} %  ${JSON.stringify(token)}`,
    ),
    `    saved: ${Object.entries(run.saved)
      .map(([name, shape]) => `${name} [${shape.join(", ")}]`)
      .join("  ")}`,
    `    ${run.milliseconds.toFixed(0)} ms`,
  ]);
  console.log(
    [
      `insitu on ${report.backend}, adapter: ${report.adapter}${report.software && report.backend === "webgpu" ? " (software: this is not a GPU)" : ""}`,
      ...(report.notice ? [report.notice] : []),
      `Model ${report.model}, loaded in ${(report.loadMilliseconds / 1000).toFixed(1)} s; ${mb(report.memory.numBytes)} in ${report.memory.numTensors} tensors.`,
      `Prompt: ${JSON.stringify(report.prompt)} as ${report.tokens.length} tokens: ${report.tokens.map((t) => JSON.stringify(t)).join(" ")}`,
      ...rows,
      "",
    ].join("\n"),
  );
}

function bar(p) {
  return "█".repeat(Math.round(p * 20)).padEnd(20, "·");
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
