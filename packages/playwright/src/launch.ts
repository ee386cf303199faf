import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type LaunchOptions } from "@playwright/test";

/** "software" means the same on every machine; "hardware" insists on a GPU; "any" takes one where there is one. */
export type Adapter = "software" | "hardware" | "any";

const ADAPTERS: Record<Adapter, readonly string[]> = {
  software: ["--use-webgpu-adapter=swiftshader"],
  hardware: [],
  any: [],
};

/** What headless WebGPU wants, with and without a GPU. */
const ARGS = ["--enable-unsafe-webgpu", "--enable-features=Vulkan"];

/** Names under which distributions install a Chromium, and where macOS and Windows put it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Launch options with which a headless Chromium has WebGPU; yours are kept. The `test` of this package applies them
 * by itself.
 */
export function webgpu({ adapter = "any" }: { adapter?: Adapter } = {}, own: LaunchOptions = {}): LaunchOptions {
  return { ...browserOf(own), ...own, args: merged([...ARGS, ...ADAPTERS[adapter]], own.args ?? []) };
}

/**
 * Which browser: yours where you name one; else Playwright's full Chromium, as its headless shell has no WebGPU; else one
 * that is installed. CHROMIUM_PATH names another.
 */
function browserOf({ channel, executablePath }: LaunchOptions): LaunchOptions {
  if (channel || executablePath) return {};
  const named = process.env["CHROMIUM_PATH"];
  if (named) return { executablePath: named };
  if (!existsSync(chromium.executablePath())) {
    const installed = NAMES.map(which).find(Boolean) ?? PLACES.find((path) => existsSync(path));
    if (installed) return { executablePath: installed };
  }
  return { channel: "chromium" };
}

/** Chromium reads only the last of several `--enable-features`, so they become one. */
function merged(ours: readonly string[], theirs: readonly string[]): string[] {
  const all = [...ours, ...theirs];
  const features = all.flatMap((arg) => (arg.startsWith(FEATURES) ? arg.slice(FEATURES.length).split(",") : []));
  const rest = all.filter((arg) => !arg.startsWith(FEATURES));
  return [...new Set([...rest, `${FEATURES}${[...new Set(features)].join(",")}`])];
}

const FEATURES = "--enable-features=";

function which(name: string): string | undefined {
  try {
    const finder = process.platform === "win32" ? "where" : "which";
    return execFileSync(finder, [name], { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim()
      .split(/\r?\n/)[0];
  } catch {
    return undefined;
  }
}
