/** Builds the notebook as a static site, in `dist/`: what `npm start` serves. What has not changed is left as it is. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const SITE = join(ROOT, "dist");

/** Gives whether there was something to do. */
export async function buildSite() {
  const stamp = join(SITE, ".built");
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;
  rmSync(stamp, { force: true });
  await build({ configFile: join(ROOT, "vite.config.ts"), root: ROOT, logLevel: "warn" });
  writeFileSync(stamp, now);
  return true;
}

/** Of everything that goes into it. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["packages", "apps/notebook", "scripts", "weights/tiny"]) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true }).sort()) {
      const used =
        /^(?!.*(node_modules|dist|\/?test\/|goldens|public\/sandbox|train\/)).*\.(ts|tsx|css|mjs|json|md|html|svg|png)$/;
      if (used.test(file)) hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  for (const file of ["pnpm-lock.yaml", "vite.config.ts"]) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildSite()) ? `Built: ${SITE}` : "Nothing has changed.");
}
