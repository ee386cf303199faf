import { BarrierError } from "@insitu/program";

/**
 * The barriers of a trace. Bodies are recorded one after another, so a barrier moves nothing here:
 * it is a promise about order, and what can be checked of it is checked.
 */
export class Barriers {
  private readonly made: { count: number; line: string | undefined }[] = [];
  /** For each invoke, the barriers it reached, in order. */
  private readonly reached = new Map<number | null, number[]>();

  /** @throws BarrierError for a count that is no positive integer. */
  make(count: number, line: string | undefined): number {
    if (!Number.isInteger(count) || count < 1) {
      throw new BarrierError(`A barrier of ${count}.`, "Give the number of invokes that will call it.", { count });
    }
    return this.made.push({ count, line }) - 1;
  }

  reach(barrier: number, invoke: number | null): void {
    this.reached.set(invoke, [...(this.reached.get(invoke) ?? []), barrier]);
  }

  /** @throws BarrierError where a barrier would wait for ever: wrong count, uneven calls, crossed order. */
  check(): void {
    for (const [barrier, { count, line }] of this.made.entries()) this.checkCount(barrier, count, line);
    this.checkOrder();
  }

  private checkCount(barrier: number, count: number, line: string | undefined): void {
    const calls = [...this.reached].map(
      ([invoke, list]) => [invoke, list.filter((b) => b === barrier).length] as const,
    );
    const callers = calls.filter(([, n]) => n > 0);
    if (callers.length !== count) {
      throw new BarrierError(
        `A barrier of ${count} is called by ${callers.length} invoke${callers.length === 1 ? "" : "s"}.`,
        "Its count is the number of invokes that call it.",
        { count, callers: callers.map(([invoke]) => invoke) },
      ).at(line);
    }
    if (new Set(callers.map(([, n]) => n)).size > 1) {
      throw new BarrierError(
        `A barrier is called ${callers.map(([invoke, n]) => `${n} times by invoke ${invoke ?? "all"}`).join(" and ")}.`,
        "Every invoke that calls it calls it as often as the others.",
        { count },
      ).at(line);
    }
  }

  /** Lets every invoke run to its next barrier, and opens those that all callers have reached. */
  private checkOrder(): void {
    const waiting = new Map([...this.reached].map(([invoke, list]) => [invoke, [...list]]));
    for (;;) {
      const heads = [...waiting.values()].filter((list) => list.length > 0).map((list) => list[0] as number);
      if (heads.length === 0) return;
      const open = heads.find((b) => heads.filter((h) => h === b).length === (this.made[b] as { count: number }).count);
      if (open === undefined) {
        throw new BarrierError(
          "Barriers are crossed: each of two invokes waits at one that the other reaches only later.",
          "Call them in the same order everywhere.",
        ).at(this.made[heads[0] as number]?.line);
      }
      for (const list of waiting.values()) if (list[0] === open) list.shift();
    }
  }
}
