import type { InsituError, LoadProgress } from "insitu";
import { mainJob, type Options, type Report } from "./mainJob.ts";

/** What the command line puts into the page. */
declare global {
  interface Window {
    onProgress(progress: LoadProgress): void;
    onReport(report: Report): void;
    onFailure(failure: { name: string; message: string }): void;
  }
}

const options = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Options;
try {
  window.onReport(await mainJob(options, (progress) => window.onProgress(progress)));
} catch (error) {
  const { name, message } = error as InsituError;
  window.onFailure({ name, message });
}
