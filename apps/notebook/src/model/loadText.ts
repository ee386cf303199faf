/** What is said of a load. */
import type { LoadProgress } from "insitu";
import { formatBytes } from "insitu/progress";

/** From 0 to 1, of all files. */
export function loadedShare(progress: LoadProgress | undefined): number {
  if (!progress) return 0;
  if (progress.phase === "ready") return 1;
  const { loadedBytes, totalBytes } = progress.all;
  return totalBytes > 0 ? Math.min(1, loadedBytes / totalBytes) : 0;
}

/** For the chip: the phase, bytes and rate, without the file's name. */
export function shortProgress(progress: LoadProgress | undefined): string {
  if (!progress) return "starting";
  const { phase, all, bytesPerSecond } = progress;
  if (phase === "backend") return "starting the backend";
  if (phase === "compile") return "compiling shaders";
  if (phase === "upload") return "to the device";
  if (phase === "ready") return "ready";
  const done = formatBytes(all.loadedBytes);
  const bytes = all.totalBytes > 0 ? `${done} of ${formatBytes(all.totalBytes)}` : done;
  return phase === "download" && bytesPerSecond > 0 ? `${bytes}, ${formatBytes(bytesPerSecond)}/s` : bytes;
}
