import { env, type InsituError } from "insitu";
import { describeProgress } from "insitu/progress";
import { mainJob, type Options, type Report } from "./mainJob.ts";

/** What the command line puts into the page. */
declare global {
  interface Window {
    onProgress(line: string): void;
    onReport(report: Report): void;
    onFailure(failure: { name: string; message: string }): void;
  }
}

const options = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Options;
try {
  if (options.hub) env.remoteHost = options.hub;
  window.onReport(await mainJob(options, (progress) => window.onProgress(describeProgress(progress))));
} catch (error) {
  const { name, message } = error as InsituError;
  window.onFailure({ name, message });
}
