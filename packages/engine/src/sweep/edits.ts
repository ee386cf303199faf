/** What a program changes in the pass, in a form that tells the same edit of two programs from another. */
import { type Node, type NodeRef, type SpecIndex, siteKey, type TraceProgram } from "@insitu/program";
import { inputsOf, type Plan } from "../plan.ts";

export interface Edit {
  ref: NodeRef;
  /** When the batch first differs by it: a module left out shows where its output passes. */
  stage: number;
  /** The same for edits that are the same after the same edits; none for what is only ever its own. */
  signature: string | undefined;
}

/** The edits that a plan makes, in the order of the pass. */
export function editsOf(program: TraceProgram, plan: Plan, index: SpecIndex, signatures: Signatures): Edit[] {
  const { nodes } = program;
  const signed = signatures.of(program);
  const sets = [...plan.stages.values()].flatMap(({ sets }) => sets);
  const skips = [...plan.skips.values()].flat();
  const edits = [...sets, ...skips].map((ref): Edit => {
    const node = nodes[ref] as Node;
    if (node.kind === "skip") {
      const module = index.module(node.module);
      return { ref, stage: (module && index.outputOf(module)?.stage) ?? 0, signature: undefined };
    }
    if (node.kind !== "set") throw new Error(`a ${node.kind} edits nothing`);
    const signature = `${siteKey(node)}/${node.invoke}/${signed(node.value)}`;
    return { ref, stage: index.site(node)?.stage ?? 0, signature };
  });
  return edits.sort((a, b) => a.stage - b.stage || a.ref - b.ref);
}

/** Numbers for values: the same for the same computation, in whichever program it stands. */
export class Signatures {
  private readonly known = new Map<string, number>();

  /** Signs values of a program. */
  of({ nodes }: TraceProgram): (ref: NodeRef) => number {
    const signed = new Map<NodeRef, number>();
    return (wanted) => {
      const open = [wanted];
      while (open.length > 0) {
        const ref = open[open.length - 1] as NodeRef;
        const node = nodes[ref] as Node;
        const missing = signed.has(ref) ? [] : inputsOf(node).filter((input) => !signed.has(input));
        if (missing.length > 0) open.push(...missing);
        else {
          open.pop();
          signed.set(ref, this.number(node, signed));
        }
      }
      return signed.get(wanted) as number;
    };
  }

  private number(node: Node, signed: ReadonlyMap<NodeRef, number>): number {
    const { line: _, ...facts } = node;
    const text = JSON.stringify({ ...facts, inputs: inputsOf(node).map((input) => signed.get(input)) });
    const number = this.known.get(text) ?? this.known.size;
    this.known.set(text, number);
    return number;
  }
}
