/** A generation as it comes. */
import type { ReactNode } from "react";
import type { StreamOutput } from "./output.ts";

export function StreamView({ output: { prompt, tokens, done } }: { output: StreamOutput }): ReactNode {
  return (
    <figure className="out-stream" aria-busy={!done}>
      <p>
        <span className="out-prompt">{prompt}</span>
        {tokens.map((token, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place
          <span key={i} className="out-new">
            {token}
          </span>
        ))}
        {!done && <span className="out-caret" aria-hidden />}
      </p>
      <figcaption className="out-note" role="status">
        {tokens.length} {tokens.length === 1 ? "token" : "tokens"}
        {done ? "" : " so far"}
      </figcaption>
    </figure>
  );
}
