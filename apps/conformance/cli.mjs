/**
 * `npm run conformance`: every case in a real browser against an oracle folder, printed.
 *
 *   npm run conformance -- [--golden FOLDER] [--backend webgpu|wasm|cpu]
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { createServer } from "vite";
import { chromiumLaunch } from "../../scripts/chromium.mjs";
import { serveFolder } from "./serveFolder.mjs";

const BACKENDS = ["webgpu", "wasm", "cpu"];
const FILES = ["manifest.json", "inputs.safetensors", "golden.safetensors", "model/config.json"];
const SERVED_AT = "/golden";

const { golden, backend } = readOptions();
const server = await createServer({
  plugins: [serveFolder(SERVED_AT, golden)],
  server: { port: 0, strictPort: false },
  logLevel: "error",
});
await server.listen();
const browser = await chromium.launch({ headless: true, ...chromiumLaunch() });
try {
  const report = await inPage(browser, server.resolvedUrls.local[0]);
  process.exitCode = conclude(report) ? 0 : 1;
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}

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

/** Runs the page, prints each case as it is done, and gives the report. */
async function inPage(browser, address) {
  const page = await browser.newPage();
  let settle;
  const report = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  page.on("pageerror", (error) => settle.reject(error));
  page.on("crash", () => settle.reject(new Error("The page crashed.")));
  await page.exposeFunction("onCase", printCase);
  await page.exposeFunction("onDone", (value) => settle.resolve(value));
  await page.exposeFunction("onBroken", (message) => settle.reject(new Error(message)));
  console.log(`insitu against ${golden}`);
  const asked = encodeURIComponent(JSON.stringify({ folder: SERVED_AT, backend }));
  await page.goto(`${address}apps/conformance/#${asked}`);
  return report;
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
