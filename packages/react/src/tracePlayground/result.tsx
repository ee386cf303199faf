import { type ReactNode, useEffect, useState } from "react";
import { Token } from "../shared/token.tsx";
import { TopTokensTable } from "../topTokens/topTokens.tsx";
import { NumberResult } from "./numberResult.tsx";
import type { ResultView } from "./resultView.ts";

/** What the code gave, drawn by what it is. */
export function Result({ view, name }: { view: ResultView; name?: string }): ReactNode {
  switch (view.kind) {
    case "nothing":
      return (
        <p className="insitu-playground-note">
          The code gave nothing. End it with the name of what to show, or with <code>return</code>.
        </p>
      );
    case "text":
      return (
        <>
          <pre className="insitu-playground-text">{view.text}</pre>
          <Note>{view.note}</Note>
        </>
      );
    case "numbers":
      return <NumberResult data={view.data} name={name} />;
    case "topTokens":
      return (
        <>
          <TopTokensTable
            tokens={view.tokens.map(({ token, probability }, id) => ({ id, token, probability, logit: 0 }))}
            rows={0}
          />
          <More count={view.more} />
        </>
      );
    case "tokens":
      return (
        <>
          <p className="insitu-playground-tokens">
            {view.tokens.map((token, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal tokens differ in their place alone
              <Token key={i}>{token}</Token>
            ))}
          </p>
          <More count={view.more} />
        </>
      );
    case "named":
      return <Named {...view} />;
  }
}

/** Several results by their names. One comes after another: many pictures drawn at once would be a long task. */
function Named({ entries, more }: Extract<ResultView, { kind: "named" }>): ReactNode {
  const [shown, setShown] = useState(1);
  useEffect(() => {
    if (shown >= entries.length) return;
    const timer = setTimeout(() => setShown(shown + 1));
    return () => clearTimeout(timer);
  }, [shown, entries.length]);
  return (
    <>
      <dl className="insitu-playground-named">
        {entries.slice(0, shown).map(({ name, view }) => (
          <div key={name} data-kind={view.kind}>
            <dt>{name}</dt>
            <dd>
              <Result view={view} name={name} />
            </dd>
          </div>
        ))}
      </dl>
      <More count={more} />
    </>
  );
}

function More({ count }: { count: number }): ReactNode {
  return <Note>{count > 0 && `… and ${count} more.`}</Note>;
}

function Note({ children }: { children: ReactNode }): ReactNode {
  return children ? <p className="insitu-playground-note">{children}</p> : null;
}
