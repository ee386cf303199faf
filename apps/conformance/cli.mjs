/**
 * `npm run conformance`: every case in a real browser against an oracle folder, printed.
 *
 *   npm run conformance -- [--golden FOLDER] [--backend webgpu|wasm|cpu]
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reportOfPage, withServer } from "../../scripts/page.mjs";
import { serveFolder } from "../../scripts/serveFolder.mjs";

const BACKENDS = ["webgpu", "wasm", "cpu"];
const FILES = ["manifest.json", "inputs.safetensors", "golden.safetensors", "model/config.json"];
const SERVED_AT = "/golden";

const { golden, backend } = readOptions();
await withServer([serveFolder(SERVED_AT, golden)], async (server) => {
  console.log(`insitu against ${golden}`);
  const options = { folder: SERVED_AT, backend };
  const report = await reportOfPage(server, "apps/conformance/", options, { onCase: printCase });
  process.exitCode = conclude(report) ? 0 : 1;
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        golden: { type: "string", default: fileURLToPath(new URL("oracle", import.meta.url)) },
        backend: { type: "string", default: "webgpu" },
      },
    });
    // Where npm was called, which is what a relative path means to whoever typed it.
    const folder = resolve(process.env.INIT_CWD ?? process.cwd(), values.golden);
    const missing = FILES.find((file) => !existsSync(resolve(folder, file)));
    if (missing) throw new Error(`${folder} is not an oracle: it has no ${missing}.`);
    if (!BACKENDS.includes(values.backend)) throw new Error(`--backend must be one of ${BACKENDS.join(", ")}.`);
    return { golden: folder, backend: values.backend };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

function printCase({ name, worst, worstAt, tensors, failures }) {
  const state = failures.length === 0 ? "ok  " : "FAIL";
  const error = worstAt ? `, worst ${worst.toExponential(1)} at ${worstAt}` : "";
  console.log(`${state} ${name}: ${tensors} tensors${error}`);
  for (const failure of failures) console.log(`       ${failure}`);
}

/** Prints what the cases came to; gives whether all passed. */
function conclude({ backend, adapter, cases, left }) {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const passed = cases.length - failed;
  for (const { name, reason } of left) console.log(`--   ${name}: not run, ${reason}`);
  const worst = cases.reduce((a, b) => (b.worst > a.worst ? b : a), { worst: 0, worstAt: "", name: "" });
  console.log(`${backend} on ${adapter || "no adapter"}`);
  if (worst.worstAt) console.log(`Worst error ${worst.worst.toExponential(1)} at ${worst.name}/${worst.worstAt}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
