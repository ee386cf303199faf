/** Whole runs of a suite: what failures say, and what becomes of snapshots. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { PNG } from "pngjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CONFIG = "packages/playwright/test/project/playwright.config.ts";

interface Attachment {
  name: string;
  contentType: string;
  path?: string;
  body?: string;
}

interface Result {
  title: string;
  status: string;
  message: string;
  attachments: Attachment[];
}

/** A result in Playwright's JSON. */
interface Reported extends Omit<Result, "title" | "message"> {
  errors: { message: string }[];
}

/** Runs the suite, and gives its exit code and what its report has. */
async function run(out: string, args: string[], env: Record<string, string> = {}) {
  const cli = join(ROOT, "node_modules/@playwright/test/cli.js");
  const child = spawn(process.execPath, [cli, "test", "-c", CONFIG, ...args], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: "0", PROJECT_OUT: out, ...env },
  });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  const report = JSON.parse(text.slice(text.indexOf("{")));
  const results: Result[] = report.suites.flatMap((suite: { specs: [] }) =>
    suite.specs.map((spec: { title: string; tests: [{ results: [never] }] }) => {
      const { status, errors, attachments } = spec.tests[0].results[0] as unknown as Reported;
      const message = errors.map((error) => error.message).join("\n");
      return { title: spec.title, status, message, attachments };
    }),
  );
  return { code, results };
}

test("failures say what is wrong, at the test's line, with pictures", async ({ browserName: _ }, info) => {
  test.setTimeout(120_000);
  const { code, results } = await run(info.outputPath("out"), ["failing"]);
  expect(code).toBe(1);
  const [tensor, token, shape, mistake] = results as [Result, Result, Result, Result];
  expect(results.map(({ status }) => status)).toEqual(["failed", "failed", "failed", "failed"]);
  expect(tensor.message).toContain("1 of 2,048 numbers is further off");
  expect(tensor.message).toMatch(/Worst at \[0, 1, 44\]: expected \S+, received \S+; off by 0\.5/);
  expect(tensor.message).toMatch(/1e-1 to 1e0 +1 +█+ all too far/);
  expect(token.message).toMatch(/Most likely:\s+" Paris"/);
  expect(shape.message).toContain("Expected shape: [1, 9, 256]\nReceived shape: [1, 8, 256]");
  expect(mistake.message).toMatch(/There is no transformer\.h\[9\].*failing\.spec\.ts:21:/s);

  const pictures = tensor.attachments.filter(({ contentType }) => contentType === "image/png");
  expect(pictures.map(({ name }) => name)).toEqual(["tensor-expected.png", "tensor-actual.png", "tensor-diff.png"]);
  const drawn = pictures.map(({ body, path }) =>
    PNG.sync.read(body ? Buffer.from(body, "base64") : readFileSync(path!)),
  );
  expect(new Set(drawn.map(({ width, height }) => `${width} x ${height}`)).size).toBe(1);
  // One number is half too small: the difference is white but for it, its mark, the axes and the scale.
  const blues = drawn.map(({ data, width }) => {
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      if ((i / 4) % width < 560 && data[i]! < 20 && data[i + 1]! < 60 && data[i + 2]! > 90) count++;
    return count;
  });
  expect(blues[2]).toBeGreaterThan(0);
  expect(blues[2]).toBeLessThan(400);
  expect(tensor.attachments.map(({ name }) => name)).toContain("tensor-errors.json");
});

test("a snapshot is written, compared, and updated as Playwright's own are", async ({ browserName: _ }, info) => {
  test.setTimeout(180_000);
  const out = info.outputPath("out");
  const take = async (factor: string, ...args: string[]) => {
    const { code, results } = await run(out, ["snapshot", ...args], { PROJECT_FACTOR: factor });
    return { code, message: results[0]?.message, attachments: results[0]?.attachments.map(({ name }) => name) ?? [] };
  };
  const file = join(`${out}-snapshots`, `snapshot.spec.ts-snapshots/second-block-${process.platform}.safetensors`);

  expect(await take("1", "--update-snapshots=none")).toMatchObject({
    code: 1,
    message: expect.stringContaining("no snapshot"),
  });
  expect(existsSync(file)).toBe(false);
  const missing = await take("1", "--retries=1");
  expect(missing).toMatchObject({ code: 1, message: expect.stringContaining("was written") });
  expect(existsSync(file)).toBe(true);
  expect(await take("1")).toMatchObject({ code: 0 });
  const written = readFileSync(file);

  const changed = await take("1.01");
  expect(changed).toMatchObject({ code: 1, message: expect.stringContaining("Worst at") });
  expect(changed.attachments).toContain(`second-block-${process.platform}-diff.png`);
  expect(readFileSync(file).equals(written)).toBe(true);
  expect(await take("1.01", "--update-snapshots")).toMatchObject({ code: 0 });
  expect(readFileSync(file).equals(written)).toBe(false);
  expect(await take("1.01")).toMatchObject({ code: 0 });
});

test("the documentation's tests pass", async ({ baseURL }, info) => {
  test.setTimeout(120_000);
  const pages = ["README.md", "docs/playwright.md"].map((page) => readFileSync(join(ROOT, page), "utf8"));
  const blocks = pages.flatMap((page) =>
    [...page.matchAll(/^```typescript\n(.*?)^```$/gms)].map((match) => match[1] as string),
  );
  const code = blocks.filter((block) => block.includes("test(")).join("\n");
  const names = [...code.matchAll(/^import \{ (.*) \} from "@insitu\/playwright";$/gm)].flatMap((match) =>
    match[1]!.split(", "),
  );
  const imports = [
    `import { ${[...new Set(names)].join(", ")} } from "@insitu/playwright";`,
    'import { chromium } from "@playwright/test";',
    `test.use({ baseURL: ${JSON.stringify(`${baseURL}packages/playwright/test/app/index.html?backend=webgpu`)} });`,
  ];
  const file = join(ROOT, "packages/playwright/test/project/documentation.spec.ts");
  writeFileSync(file, [...imports, code.replace(/^import .*$/gm, "").replaceAll('goto("/")', 'goto("")')].join("\n"));
  try {
    const { code, results } = await run(info.outputPath("out"), ["documentation", "--update-snapshots"]);
    expect(results.map(({ title, message }) => [title, message])).toEqual(results.map(({ title }) => [title, ""]));
    expect([code, results.length]).toEqual([0, 6]);
  } finally {
    rmSync(file);
  }
});
