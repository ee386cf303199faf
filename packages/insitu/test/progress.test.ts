/** The line that tells how far a load has got. */
import type { LoadProgress } from "insitu";
import { expect, test } from "vitest";
import { describeProgress, formatBytes } from "../src/progressText.ts";

const told = (part: Partial<LoadProgress>): string =>
  describeProgress({
    phase: "download",
    file: "model.safetensors",
    loadedBytes: 0,
    totalBytes: 0,
    all: { loadedBytes: 0, totalBytes: 0 },
    bytesPerSecond: 0,
    ...part,
  });

test.each<[Partial<LoadProgress>, string]>([
  [{}, "Downloading model.safetensors"],
  [{ loadedBytes: 12_345_678 }, "Downloading model.safetensors: 12.3 MB"],
  [
    { loadedBytes: 219_200_000, totalBytes: 548_105_171, bytesPerSecond: 31_400_000 },
    "Downloading model.safetensors: 219.2 of 548.1 MB, 31.4 MB/s, 10 s left",
  ],
  [
    { loadedBytes: 1e9, totalBytes: 6.43e9, bytesPerSecond: 1e6 },
    "Downloading model.safetensors: 1.0 of 6.4 GB, 1.0 MB/s, 1.5 h left",
  ],
  [
    { loadedBytes: 0, totalBytes: 548_105_171, bytesPerSecond: 2e6 },
    "Downloading model.safetensors: 0.0 of 548.1 MB, 2.0 MB/s, 5 min left",
  ],
  [{ phase: "verify", loadedBytes: 5e8, totalBytes: 5e8 }, "Reading the kept model.safetensors: 500.0 of 500.0 MB"],
  [
    { phase: "config", file: "config.json", loadedBytes: 665, totalBytes: 665 },
    "Reading config.json: 665 of 665 bytes",
  ],
  [{ file: "model.json", loadedBytes: 0.5, totalBytes: 1 }, "Downloading model.json: 50 %"],
  [{ phase: "backend" }, "Starting the backend"],
  [{ phase: "compile" }, "Compiling shaders"],
  [{ phase: "ready" }, "Ready"],
])("%j", (part, line) => expect(told(part)).toBe(line));

test("bytes in the largest unit of which there is one", () => {
  expect([0, 999, 1000, 999_949, 1e6, 1.5e9].map(formatBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "999.9 kB",
    "1.0 MB",
    "1.5 GB",
  ]);
});
