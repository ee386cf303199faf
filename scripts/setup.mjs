/**
 * Sets up a fresh clone: pnpm at the version that package.json pins, the dependencies of the lock
 * file, and a Chromium that can do WebGPU. Node and npm alone; safe to run again at any time.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundledChromium, findChromium } from "./chromium.mjs";

const ROOT = new URL("../", import.meta.url);
const STAMP = new URL("node_modules/.insitu-setup", ROOT);

/** Throws with one clear sentence where something cannot be set up. */
export async function setup() {
  checkNode();
  installPackages();
  await installBrowser();
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `insitu needs Node 20.19 or newer; this is ${process.versions.node}. Install a current Node from nodejs.org.`,
    );
  }
}

function installPackages() {
  const { packageManager } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
  const lock = createHash("sha256")
    .update(readFileSync(new URL("pnpm-lock.yaml", ROOT)))
    .digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock) return;
  console.log(`Installing dependencies with ${packageManager} …`);
  const done = run("npx", ["--yes", packageManager, "install", "--frozen-lockfile"]);
  if (!done) throw new Error("The dependencies could not be installed; see pnpm's message above.");
  writeFileSync(STAMP, lock);
}

async function installBrowser() {
  if (process.env.CHROMIUM_PATH && !existsSync(process.env.CHROMIUM_PATH)) {
    throw new Error(`CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, where there is nothing.`);
  }
  if (findChromium() || (await bundledChromium())) return;
  console.log("No Chromium found: installing one …");
  if (installByApt() && findChromium()) return;
  if (
    run(process.execPath, ["node_modules/playwright/cli.js", "install", "--no-shell", "chromium"]) &&
    (await bundledChromium())
  )
    return;
  throw new Error(
    "No Chromium could be installed: install Chrome or Chromium 121 or newer, or set CHROMIUM_PATH to one.",
  );
}

/** Debian and Ubuntu, as root or with a sudo that asks nothing. */
function installByApt() {
  if (process.platform !== "linux" || !run("sh", ["-c", "command -v apt-get"], "ignore")) return false;
  const root = process.getuid?.() === 0;
  if (!root && !run("sudo", ["-n", "true"], "ignore")) return false;
  const apt = (...args) => run(root ? "apt-get" : "sudo", root ? args : ["-n", "apt-get", ...args]);
  return apt("update", "-qq") && apt("install", "-y", "-qq", "--no-install-recommends", "chromium");
}

function run(command, args, stdio = "inherit") {
  const shell = process.platform === "win32";
  return spawnSync(command, args, { cwd: fileURLToPath(ROOT), stdio, shell }).status === 0;
}
