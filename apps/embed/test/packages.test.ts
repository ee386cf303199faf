/** What npm would get: the tarballs, looked at as files. */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, test } from "vitest";
import { packAll, published } from "../../../scripts/pack.mjs";

let tarballs: Record<string, string>;
beforeAll(async () => {
  tarballs = await packAll();
}, 120_000);

/** They are modules alone: TypeScript's oldest resolution, and `require`, are not for them. */
const LEGACY = new Set(["node10", "node16-cjs"]);

describe.each(published())("$name", ({ name, manifest }) => {
  const read = () => readFileSync(tarballs[name] as string);

  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: arrayBuffer(read()) } });
    expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
  });

  test("its types are found by bundlers and by Node", async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(read())), {
      // A style sheet, and scripts for pages without modules, have no types.
      excludeEntrypoints: ["./style.css", /^\.\/standalone\//],
    });
    if (!checked.types) throw new Error(`${name} has no types.`);
    const problems = checked.problems.filter(
      (problem) => !("resolutionKind" in problem && LEGACY.has(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });

  test("it holds what is published, and nothing else", async () => {
    const tarball = createPackageFromTarballData(new Uint8Array(read()));
    const paths = tarball.listFiles("/").map((path) => path.replace(`/node_modules/${name}/`, ""));
    expect(paths).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
    const extra = paths.filter((path) => !/^(package\.json|README\.md|LICENSE|schema\.json|dist\/)/.test(path));
    expect(extra).toEqual([]);
    if (name === "insitu") expect(paths).toContain("dist/engine/third-party.md");
    expect(paths.filter((path) => /goldens|\.test\.|tsbuildinfo/.test(path))).toEqual([]);
    expect(Object.keys(manifest.dependencies ?? {})).not.toContain("@insitu/engine");
    expect(manifest.publishConfig).toMatchObject({ access: "public", provenance: true });
  });
});

const arrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;
