import type { LoadProgress } from "@insitu/program";

/**
 * One line: "Downloading model.safetensors: 219.2 of 548.1 MB, 31.4 MB/s, 11 s left". What is fetched,
 * checked against its hash and handed to the device goes by the name of the slowest of these.
 */
export function describeProgress({ phase, file, loadedBytes, totalBytes, bytesPerSecond }: LoadProgress): string {
  switch (phase) {
    case "backend":
      return "Starting the backend";
    case "upload":
      return "Handing the last weights to the device";
    case "compile":
      return "Compiling shaders";
    case "ready":
      return "Ready";
    default: {
      const doing = { download: "Downloading", verify: "Reading the kept", config: "Reading", tokenizer: "Reading" }[
        phase
      ];
      const parts = [`${doing} ${file ?? "weights"}${extent(loadedBytes, totalBytes)}`];
      if (phase === "download" && bytesPerSecond > 0) {
        parts.push(`${formatBytes(bytesPerSecond)}/s`);
        const seconds = (totalBytes - loadedBytes) / bytesPerSecond;
        if (seconds >= 1) parts.push(`${duration(seconds)} left`);
      }
      return parts.join(", ");
    }
  }
}

/** Bytes in the largest unit of which there is one: `548.1 MB`. */
export function formatBytes(bytes: number): string {
  const [size, unit] = unitOf(bytes);
  return `${(bytes / size).toFixed(size === 1 ? 0 : 1)} ${unit}`;
}

function extent(loaded: number, total: number): string {
  if (total === 0) return loaded === 0 ? "" : `: ${formatBytes(loaded)}`;
  // Of a LayersModel only a part of 1 is told.
  if (total === 1) return `: ${Math.round(100 * loaded)} %`;
  const [size, unit] = unitOf(total);
  const digits = size === 1 ? 0 : 1;
  return `: ${(loaded / size).toFixed(digits)} of ${(total / size).toFixed(digits)} ${unit}`;
}

function unitOf(bytes: number): [number, string] {
  if (bytes >= 1e9) return [1e9, "GB"];
  if (bytes >= 1e6) return [1e6, "MB"];
  return bytes >= 1e3 ? [1e3, "kB"] : [1, "bytes"];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
