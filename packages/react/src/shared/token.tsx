import type { ReactNode } from "react";

/** A token's text with its spaces and line ends made visible. */
export const visibleText = (token: string): string =>
  token.replaceAll(" ", "·").replaceAll("\n", "↵").replaceAll("\t", "⇥") || "∅";

/** A token, in the face of code, its spaces to be seen. Read aloud as it is written in code. */
export function Token({ children: token }: { children: string }): ReactNode {
  return (
    <code className="insitu-token">
      <span aria-hidden="true">{visibleText(token)}</span>
      <span className="insitu-hidden">{JSON.stringify(token)}</span>
    </code>
  );
}
