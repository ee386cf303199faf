import { expect, test } from "vitest";
import { hostOf } from "../src/app/hostOf.ts";
import { COMMANDS } from "../src/cells/commands.ts";
import { chordOf, KeyReader, keysInWords } from "../src/cells/keys.ts";
import { duration } from "../src/cells/runBadge.tsx";

const event = (key: string, rest: Partial<KeyboardEvent> = {}) =>
  chordOf({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...rest });

test("a chord is written the same on every keyboard", () => {
  expect(event("P", { ctrlKey: true, shiftKey: true })).toBe("Mod-Shift-p");
  expect(event("p", { metaKey: true, shiftKey: true })).toBe("Mod-Shift-p");
  expect(event("_", { code: "Minus", ctrlKey: true, shiftKey: true })).toBe("Mod-Shift--");
  expect(event(" ", { shiftKey: true })).toBe("Shift-Space");
  expect(keysInWords("Mod-Shift--", false)).toEqual(["Ctrl+Shift+−"]);
  expect(keysInWords("Mod-Shift-p", true)).toEqual(["⌘⇧P"]);
  expect(keysInWords("d d", false)).toEqual(["D", "D"]);
});

test("no chord means two things, and none is the beginning of another", () => {
  const all = COMMANDS.flatMap(({ id, keys }) =>
    keys.flatMap(({ chords, mode }) =>
      (mode ? [mode] : ["command", "edit"]).map((each) => ({ id, where: `${each} ${chords}` })),
    ),
  );
  expect(new Set(all.map(({ where }) => where)).size).toBe(all.length);
  for (const { where } of all) expect(all.filter((other) => other.where.startsWith(`${where} `))).toEqual([]);
  expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length);
});

test("two keys within a second, and only in command mode", () => {
  const reader = new KeyReader(COMMANDS);
  expect(reader.read("d", "edit", 0)).toBeUndefined();
  expect(reader.read("d", "command", 0)).toBe("more");
  expect(reader.read("d", "command", 900)).toMatchObject({ id: "delete" });
  expect(reader.read("d", "command", 1000)).toBe("more");
  expect(reader.read("d", "command", 2500)).toBe("more");
  expect(reader.read("j", "command", 2600)).toMatchObject({ id: "down" });
  expect(reader.read("d", "command", 2700)).toBe("more");
});

test("hosts", () => {
  expect(hostOf("https://Data.Example.org/a?b")).toBe("data.example.org");
  expect(hostOf("localhost:8080")).toBe("localhost:8080");
  for (const none of [
    "",
    "*",
    "*.org",
    "a b",
    "https://me@x.org",
    "org",
    "'self'",
    "x.org; script-src *",
    "javascript:1",
  ])
    expect(hostOf(none), none).toBeUndefined();
});

test("times in words", () => {
  expect([0.2, 120.4, 999.6, 61_000].map(duration)).toEqual(["0 ms", "120 ms", "1.0 s", "1 min 1 s"]);
});
