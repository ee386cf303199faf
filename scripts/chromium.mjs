/** Finds a Chromium that can do WebGPU, and says how to start it. Node alone; no dependencies. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Names under which distributions install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Where macOS and Windows put it. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of an installed Chromium or Chrome (`CHROMIUM_PATH` first), or undefined. */
export function findChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted) return existsSync(wanted) ? wanted : undefined;
  for (const name of NAMES) {
    const path = which(name);
    if (path) return path;
  }
  return PLACES.find((path) => existsSync(path));
}

/** Playwright's own Chromium where it has been downloaded; undefined before the dependencies are. */
export async function bundledChromium() {
  try {
    const { chromium } = await import("playwright");
    return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Playwright's launch options. Unless INSITU_ADAPTER is "hardware", the software adapter is asked for,
 * so that a test means the same on every machine.
 */
export function chromiumLaunch() {
  const executablePath = findChromium();
  const hardware = process.env.INSITU_ADAPTER === "hardware";
  return {
    // Playwright's own needs its full browser: the headless shell has no WebGPU.
    ...(executablePath ? { executablePath } : { channel: "chromium" }),
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--enable-features=Vulkan",
      ...(hardware ? [] : ["--use-webgpu-adapter=swiftshader"]),
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}

function which(name) {
  try {
    const finder = process.platform === "win32" ? "where" : "which";
    return (
      execFileSync(finder, [name], { stdio: ["ignore", "pipe", "ignore"] })
        .toString()
        .trim()
        .split(/\r?\n/)[0] || undefined
    );
  } catch {
    return undefined;
  }
}
