/** Runs a page of this repository in a real Chromium for a command line, and gives what it reports. */
import { chromium } from "playwright";
import { createServer } from "vite";
import { chromiumLaunch } from "./chromium.mjs";

/**
 * The page is given `options` in its address, and calls `onReport` with its report or `onFailure` with an
 * error's name and message; `functions` are whatever else it may call. With a `profile`, a folder, the
 * browser keeps there what the page keeps.
 *
 * @throws Error where the page fails or crashes.
 */
export async function reportOfPage(server, path, options, functions = {}, profile = undefined) {
  const browser = (profile && (await withProfile(profile))) ?? (await launch());
  try {
    const page = await browser.newPage();
    const settled = new Promise((resolve, reject) => {
      page.on("pageerror", reject);
      page.on("crash", () => reject(new Error("The page crashed.")));
      functions = {
        ...functions,
        onReport: resolve,
        onFailure: ({ name, message }) => reject(new Error(`${name}: ${message}`)),
      };
    });
    // It may fail before anybody waits for it.
    settled.catch(() => {});
    for (const [name, called] of Object.entries(functions)) await page.exposeFunction(name, called);
    await page.goto(`${addressOf(server)}${path}#${encodeURIComponent(JSON.stringify(options))}`);
    return await settled;
  } finally {
    await browser.close();
  }
}

/**
 * Serves the repository while `work` runs; what it throws is printed and makes the process fail. Pages keep
 * things by their address, port included: a `port` that is taken makes them begin with nothing.
 */
export async function withServer(plugins, work, port = 0) {
  // Nothing is watched: a file saved meanwhile would start the page over.
  const alone = { port, strictPort: false, watch: null, hmr: false };
  const server = await createServer({ plugins, server: alone, logLevel: "error" });
  try {
    await server.listen();
    await work(server);
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  } finally {
    await server.close();
  }
}

/** With its slash. */
export function addressOf(server) {
  return server.resolvedUrls.local[0];
}

const launch = () => chromium.launch({ headless: true, ...chromiumLaunch() });

/** Undefined where the profile is in use. */
async function withProfile(folder) {
  try {
    return await chromium.launchPersistentContext(folder, { headless: true, ...chromiumLaunch() });
  } catch {
    return undefined;
  }
}
