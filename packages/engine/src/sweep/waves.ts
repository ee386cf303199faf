/** Which programs of a list must wait for others: those that use what an earlier one of the list holds. */
import type { HeldTypes, TensorType, TraceProgram, ValidProgram } from "@insitu/program";
import type { Member } from "./sweepPlan.ts";

/** What the programs of a list so far are going to hold, by name. */
export class Promises {
  private readonly types = new Map<string, TensorType>();

  readonly typeOf: HeldTypes = (id) => this.types.get(id);

  add({ holds = [] }: TraceProgram, { types }: ValidProgram): void {
    for (const { id, node } of holds) this.types.set(id, types[node] as TensorType);
  }
}

/** The list in as few waves as may be: what a program uses is held by one of an earlier wave, or was before. */
export function wavesOf(members: readonly Member[]): Member[][] {
  const waves: Member[][] = [];
  const heldIn = new Map<string, number>();
  for (const member of members) {
    const { nodes, holds = [] } = member.program;
    const needed = nodes.map((node) => (node.kind === "held" ? (heldIn.get(node.id) ?? -1) : -1));
    const wave = needed.reduce((latest, one) => Math.max(latest, one), -1) + 1;
    const together = waves[wave];
    if (together) together.push(member);
    else waves[wave] = [member];
    for (const { id } of holds) heldIn.set(id, wave);
  }
  return waves;
}
