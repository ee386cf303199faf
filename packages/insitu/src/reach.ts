/** How far the forward pass of a recording goes, and which modules it leaves out. */
import { OrderError, type SiteSpec, siteName } from "@insitu/program";
import { callSite } from "./callSite.ts";

export class Reach {
  /** The stage of the furthest place used so far. */
  private furthestUsed = 0;
  private stopped: { stage: number; line: string | undefined } | undefined;
  /** For each step and skipped module, the invokes that skip it, and where. */
  private readonly skips = new Map<string, Map<number | null, string | undefined>>();

  /** Ends the pass after the furthest place used so far. */
  stop(): void {
    this.stopped ??= { stage: this.furthestUsed, line: callSite() };
  }

  /** Whether the pass gets to a place. */
  passes(site: SiteSpec): boolean {
    return !this.stopped || site.stage <= this.stopped.stage;
  }

  /** Notes that a place is used. @throws OrderError where the pass has ended before it. */
  use(site: SiteSpec, step: number): void {
    if (!this.passes(site)) {
      throw new OrderError(
        `${siteName(site)} lies beyond tracer.stop()${this.stopped?.line ? ` (${this.stopped.line})` : ""}: the pass never gets there.`,
        "Use it before the stop, or leave that out.",
        { site: siteName(site) },
      );
    }
    const here = [...this.skips.keys()].filter((key) => key.startsWith(`${step}/`));
    const skipped = here.map((key) => key.slice(key.indexOf("/") + 1)).find((path) => isInside(site, path));
    if (skipped) {
      throw new OrderError(
        `${siteName(site)} lies in ${skipped}, which is skipped: it does not run.`,
        `Use ${skipped}.output, or leave the skip out.`,
        { site: siteName(site), skipped },
      );
    }
    this.furthestUsed = Math.max(this.furthestUsed, site.stage);
  }

  /** A module is left out, in one invoke. */
  skip(path: string, invoke: number | null, step: number, line: string | undefined): void {
    const key = `${step}/${path}`;
    this.skips.set(key, (this.skips.get(key) ?? new Map()).set(invoke, line));
  }

  /** @throws OrderError for a module that some invokes skip and others do not. */
  checkSkips(invokeCount: number): void {
    for (const [key, invokes] of this.skips) {
      const path = key.slice(key.indexOf("/") + 1);
      if (invokes.has(null) || invokes.size === invokeCount) continue;
      throw new OrderError(
        `${path} is skipped in ${invokes.size} of ${invokeCount} invokes.`,
        "The batch is one pass: skip it in every invoke, or in none.",
        { module: path },
      ).at([...invokes.values()][0]);
    }
  }
}

/** Whether a place is within a module that does not run: below it, or an inner or further value of its own. */
function isInside(site: SiteSpec, path: string): boolean {
  if (site.module.startsWith(`${path}.`)) return true;
  return site.module === path && !["input", "output", "output.0"].includes(site.port);
}
