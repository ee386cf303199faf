/** What the programs of a run were made of. */
import { OPS } from "@insitu/program";
import type { TraceProgram } from "insitu";
import type { Disagreement } from "./agreement.ts";

export class Coverage {
  private readonly ops = new Set<string>();
  private readonly read = new Set<string>();
  private readonly edited = new Set<string>();
  private programs = 0;
  private unclear = 0;
  private saved = 0;
  private worst: Disagreement = { error: 0, at: "" };

  note({ nodes, saves }: TraceProgram, clear: boolean, disagreement: Disagreement): void {
    this.programs++;
    if (!clear) this.unclear++;
    else {
      this.saved += saves.length;
      if (disagreement.error > this.worst.error) this.worst = disagreement;
    }
    for (const node of nodes) {
      if (node.kind === "op") this.ops.add(node.op);
      if (node.kind === "get") this.read.add(`${node.module}.${node.port}`);
      if (node.kind === "set") this.edited.add(`${node.module}.${node.port}`);
    }
  }

  toString(): string {
    const missing = Object.keys(OPS).filter((op) => !this.ops.has(op));
    return [
      `${this.programs} programs (${this.unclear} hang on rounding and were not compared), ${this.saved} values`,
      `worst disagreement ${this.worst.error.toExponential(1)} at ${this.worst.at || "-"}`,
      `${this.ops.size} operations (not ${missing.join(", ") || "one missing"})`,
      `${this.read.size} places read, ${this.edited.size} edited`,
    ].join("; ");
  }
}
