/** The page of `npm run conformance`: reads what to run from its address, and calls the command line back. */
import type { Backend } from "insitu";
import { type CaseReport, type Report, runCases } from "./report.ts";

declare global {
  interface Window {
    onCase(report: CaseReport): Promise<void>;
    onReport(report: Report): Promise<void>;
    onFailure(failure: { name: string; message: string }): Promise<void>;
  }
}

const { folder, backend } = JSON.parse(decodeURIComponent(location.hash.slice(1))) as {
  folder: string;
  backend: Backend;
};
try {
  window.onReport(await runCases(folder, backend, (report) => window.onCase(report)));
} catch (error) {
  const { name, message } = error as Error;
  window.onFailure({ name, message });
}
