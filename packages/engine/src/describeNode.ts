import { type Node, siteName } from "@insitu/program";

/** A node as an error message names it. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case "get":
    case "set":
      return siteName(node);
    case "skip":
      return `${node.module}.skip`;
    case "op":
      return node.op;
    case "call":
      return `${node.module}(…)`;
    case "grad":
    case "setGrad":
      return "a gradient";
    case "held":
      return `the held value ${node.id}`;
    case "param":
      return `${node.module}.${node.name}`;
    default:
      return "a constant";
  }
}
