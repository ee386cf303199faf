/** One output, drawn by what it is, with the ways in which it can be taken out of the page. */

import { AttentionHeads, TokenStrip, TopTokensTable } from "@insitu/react";
import { Tensor } from "insitu";
import { Tabs } from "radix-ui";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { ErrorView } from "./errorView.tsx";
import { ExportMenu } from "./exportMenu.tsx";
import { Markdown } from "./markdown.tsx";
import { NumbersView } from "./numbersView.tsx";
import type { AttentionOutput, NamedOutput, Output, TabsOutput, TokensOutput } from "./output.ts";
import { HtmlView, SvgView } from "./pictureViews.tsx";
import { StreamView } from "./streamView.tsx";
import { TextView } from "./textView.tsx";

export function OutputView({ output }: { output: Output }): ReactNode {
  return (
    <div className="out" data-kind={output.kind}>
      <Drawn output={output} />
      <ExportMenu output={output} />
    </div>
  );
}

function Drawn({ output }: { output: Output }): ReactNode {
  switch (output.kind) {
    case "text":
      return <TextView output={output} />;
    case "numbers":
      return <NumbersView output={output} />;
    case "attention":
      return <AttentionView output={output} />;
    case "topTokens":
      return (
        <figure className="out-figure insitu out-bare">
          {output.name && <figcaption className="out-name">{output.name}</figcaption>}
          <TopTokensTable tokens={output.tokens} rows={output.tokens.length} />
        </figure>
      );
    case "tokens":
      return <TokensView output={output} />;
    case "stream":
      return <StreamView output={output} />;
    case "svg":
      return <SvgView output={output} />;
    case "html":
      return <HtmlView output={output} />;
    case "markdown":
      return <Markdown source={output.source} />;
    case "error":
      return <ErrorView output={output} />;
    case "named":
      return <NamedView output={output} />;
    case "tabs":
      return <TabsView output={output} />;
  }
}

function AttentionView({ output }: { output: AttentionOutput }): ReactNode {
  const { shape, data, tokens, name } = output;
  const pattern = useMemo(() => new Tensor([...shape], "float32", data), [shape, data]);
  return <AttentionHeads pattern={pattern} tokens={tokens} label={name ?? "Attention"} className="out-bare" />;
}

function TokensView({ output }: { output: TokensOutput }): ReactNode {
  const { tokens, values, more } = output;
  return (
    <>
      <TokenStrip tokens={tokens} values={values} label="Tokens" className="out-bare out-tokens" />
      {more > 0 && <p className="out-note">… and {more} more.</p>}
    </>
  );
}

/** Several results by their names. One comes after another: many pictures drawn at once would be a long task. */
function NamedView({ output: { entries, more } }: { output: NamedOutput }): ReactNode {
  const [shown, setShown] = useState(1);
  useEffect(() => {
    if (shown >= entries.length) return;
    const timer = setTimeout(() => setShown(shown + 1));
    return () => clearTimeout(timer);
  }, [shown, entries.length]);
  return (
    <>
      <dl className="out-named">
        {entries.slice(0, shown).map(({ name, output }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <OutputView output={output} />
            </dd>
          </div>
        ))}
      </dl>
      {more > 0 && <p className="out-note">… and {more} more.</p>}
    </>
  );
}

function TabsView({ output: { tabs } }: { output: TabsOutput }): ReactNode {
  return (
    <Tabs.Root className="out-tabs" defaultValue="0">
      <Tabs.List className="out-tablist" aria-label="Views of this result">
        {tabs.map(({ name }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice, and is no value of an id
          <Tabs.Trigger key={i} value={String(i)} className="out-tab">
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ output }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Tabs.Content key={i} value={String(i)} tabIndex={-1}>
          <OutputView output={output} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
