/** The page of `npm run bench`: reads what to run from its address, and calls the command line back. */
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";
import { type Report, runBench } from "./runBench.ts";

declare global {
  interface Window {
    onRow(row: Row): Promise<void>;
    onReport(report: Report): Promise<void>;
    onFailure(failure: { name: string; message: string }): Promise<void>;
  }
}

const options = JSON.parse(decodeURIComponent(location.hash.slice(1))) as BenchOptions;
try {
  window.onReport(await runBench(options, location.origin, (row) => window.onRow(row)));
} catch (error) {
  const { name, message } = error as Error;
  window.onFailure({ name, message });
}
