import type { ReactNode } from "react";
import type { Output } from "../outputs/output.ts";

export function OutputList({
  outputs,
}: {
  outputs: readonly Output[];
  dropped: number;
  cellName: string;
  onInsertCode(code: string): void;
  onGoToLine(cell: string | undefined, line: number): void;
}): ReactNode {
  return outputs.map((output, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they only grow
    <pre key={index}>{output.kind === "text" ? output.text : JSON.stringify(output)}</pre>
  ));
}

export const Markdown = ({ source }: { source: string }): ReactNode => (
  <div style={{ whiteSpace: "pre-wrap" }}>{source}</div>
);
