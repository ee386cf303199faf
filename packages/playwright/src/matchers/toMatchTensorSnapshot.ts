import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, relative } from "node:path";
import { type ExpectMatcherState, expect, type TestInfo, test } from "@playwright/test";
import { ArgumentError, callSite, type Tensor } from "insitu";
import { attachPictures } from "../pictures/attachPictures.ts";
import type { Tolerance } from "./compare.ts";
import { asTensor } from "./numbers.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { answer, type MatcherAnswer } from "./state.ts";
import { matchTensor } from "./toMatchTensor.ts";

/** The tensor's name in its file. */
const KEY = "tensor";

/** How many snapshots without a name each test has taken. */
const unnamed = new WeakMap<TestInfo, number>();

/**
 * Whether a tensor is as it was: the snapshot is a safetensors file where Playwright keeps its own, written and updated
 * as `updateSnapshots` (`--update-snapshots`) says.
 */
export async function toMatchTensorSnapshot(
  this: ExpectMatcherState,
  received: unknown,
  name?: string | readonly string[] | Tolerance,
  tolerance?: Tolerance,
): Promise<MatcherAnswer> {
  const tensor = asTensor(received, "toMatchTensorSnapshot");
  const info = currentTest();
  const named = typeof name === "string" || Array.isArray(name);
  const given = (named ? tolerance : (name as Tolerance | undefined)) ?? {};
  const path = info.snapshotPath(...partsOf(info, named ? (name as string | readonly string[]) : undefined));
  const shown = relative(process.cwd(), path);
  const mode = info.config.updateSnapshots;
  const reply = (pass: boolean, text: () => string) =>
    answer(this, "toMatchTensorSnapshot", pass, ["tensor", named ? "name" : ""], text);

  if (info.project.ignoreSnapshots) return reply(!this.isNot, () => "");
  const update = mode === "all" || mode === "changed";
  if (!existsSync(path)) {
    const none = `There is no snapshot ${shown}`;
    if (this.isNot) return reply(true, () => `${none}; one is not written by .not.`);
    if (mode === "none") return reply(false, () => `${none}.`);
    write(path, tensor);
    // As Playwright does with its own: the test fails, and goes on to write the others it has.
    if (mode === "default") tell.soft(undefined).toHaveSnapshot(`${none}, so it was written.`);
    else console.log(`${none}, so it was written.`);
    return reply(true, () => none);
  }

  const stored = readSafetensors(readFileSync(path))?.[KEY];
  if (!stored && !update)
    return reply(
      this.isNot,
      () => `${shown} is no snapshot of a tensor. Run with --update-snapshots to write it anew.`,
    );
  const match = stored ? matchTensor(tensor, stored, given, this.isNot) : { pass: false, text: () => "" };
  if (this.isNot) return reply(match.pass, match.text);
  if (mode === "all" || (update && !match.pass)) {
    write(path, tensor);
    if (!match.pass) console.log(`${shown} is different: written anew.`);
    return reply(true, match.text);
  }
  if (!match.pass && stored && match.comparison)
    await attachPictures(pictureName(path), tensor, stored, match.comparison);
  return reply(match.pass, () => `Snapshot: ${shown}\n${match.text()}`);
}

/** A failure with nothing but its message; where the test is tried again it would find what it wrote, and pass. */
const tell = expect.extend({
  toHaveSnapshot: (_: unknown, message: string) => ({
    pass: false,
    message: () => message,
    name: "toMatchTensorSnapshot",
    shouldNotRetryTest: true,
  }),
});

/** @throws ArgumentError outside of a test. */
function currentTest(): TestInfo {
  try {
    return test.info();
  } catch {
    throw new ArgumentError("toMatchTensorSnapshot was called outside of a test.", "Call it in one.").at(callSite());
  }
}

/** The name as Playwright's own snapshots have it: of the test and a number, unless given. */
function partsOf(info: TestInfo, name: string | readonly string[] | undefined): string[] {
  if (name === undefined) {
    const number = (unnamed.get(info) ?? 0) + 1;
    unnamed.set(info, number);
    // The first title is the file's.
    return [`${slug(info.titlePath.slice(1).join(" "))}-${number}.safetensors`];
  }
  const parts = [name].flat() as string[];
  const last = parts.at(-1) as string;
  return [...parts.slice(0, -1), extname(last) === ".safetensors" ? last : `${last}.safetensors`];
}

const slug = (text: string) =>
  text
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 100);

function pictureName(path: string): string {
  return slug(path.slice(path.lastIndexOf("/") + 1).replace(/\.safetensors$/, ""));
}

function write(path: string, { shape, dtype, data }: Tensor): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeSafetensors({ [KEY]: { shape: [...shape], dtype, data } }));
}
