/** Packs what is published and checks it as those who install it would: publint, attw, sizes, and what is in it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { makeProject, packAll, run } from "./pack.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const STRANGER = `${ROOT}.cache/strangers/react-app`;

const tarballs = await packAll(`${ROOT}.cache/packs`);
const problems = [];
for (const [name, file] of Object.entries(tarballs)) {
  problems.push(...(await lint(name, file)), ...types(name, file), ...contents(name, file));
}
makeProject(`${ROOT}apps/embed/react-app`, STRANGER, tarballs);
problems.push(...sizes());
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${Object.keys(tarballs).join(", ")}: packed, linted, typed, measured.`);

async function lint(name, file) {
  const tarball = readFileSync(file);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
  });
  return messages.map((message) => `${name}: publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** All packages are ESM, which the profile takes for granted; style sheets and scripts have no types. */
function types(name, file) {
  const untyped = ["./style.css", "./standalone/*"].flatMap((entry) => ["--exclude-entrypoints", entry]);
  try {
    execFileSync(process.execPath, [
      `${ROOT}node_modules/@arethetypeswrong/cli/dist/index.js`,
      file,
      "--profile",
      "esm-only",
      "--format",
      "ascii",
      ...untyped,
    ]);
    return [];
  } catch (error) {
    return [`${name}: attw: ${error.stdout}${error.stderr}`];
  }
}

/** What must be in a package, and what must not. */
function contents(name, file) {
  const files = run("tar", ["tzf", file], ROOT).trim().split("\n");
  const missing = ["LICENSE", "README.md", "dist/NOTICE.md", "package.json"].filter(
    (wanted) => !files.includes(`package/${wanted}`),
  );
  const astray = files.filter((path) => /\/(src|test|goldens|node_modules)\/|tsbuildinfo|\.built$/.test(path));
  return [
    ...missing.map((path) => `${name}: ${path} is not packed.`),
    ...astray.map((path) => `${name}: ${path} is packed by mistake.`),
  ];
}

/** Prints every size, and gives those past their limit, and those of which README says otherwise. */
function sizes() {
  process.env.INSITU_MEASURED = `${STRANGER}/node_modules`;
  let text;
  try {
    text = execFileSync(process.execPath, [`${ROOT}node_modules/size-limit/bin.js`, "--json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
  } catch (error) {
    text = error.stdout;
    if (!text?.trim().startsWith("[")) throw error;
  }
  const readme = readFileSync(`${ROOT}README.md`, "utf8");
  return JSON.parse(text).flatMap(({ name, size, sizeLimit, passed }) => {
    const kilobytes = size / 1000;
    console.log(`${name}: ${kilobytes.toFixed(1)} kB, of ${(sizeLimit / 1000).toFixed(0)} kB`);
    const told = Number(
      readme.match(new RegExp(`^\\| ${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")} \\| (\\d+) kB`, "m"))?.[1],
    );
    return [
      ...(passed ? [] : [`${name}: ${kilobytes.toFixed(1)} kB is past its limit.`]),
      ...(Math.abs(told - kilobytes) <= Math.max(1, 0.05 * kilobytes)
        ? []
        : [`README says ${told} kB of ${name}; it is ${kilobytes.toFixed(1)}.`]),
    ];
  });
}
