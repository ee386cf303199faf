/** Markup that a cell made: it never becomes the page's own. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { HtmlOutput, SvgOutput } from "./output.ts";
import { themedSvg, useInk } from "./themedSvg.ts";

/** In an image nothing runs and nothing is fetched. */
export function SvgView({ output: { svg, label } }: { output: SvgOutput }): ReactNode {
  const ref = useRef<HTMLElement>(null);
  const ink = useInk(ref);
  const [broken, setBroken] = useState(false);
  return (
    <figure className="out-figure" ref={ref}>
      {broken ? (
        <p className="out-note">This SVG cannot be read.</p>
      ) : (
        <img
          className="out-svg"
          src={`data:image/svg+xml,${encodeURIComponent(themedSvg(svg, ink))}`}
          alt={label ?? "A picture that the cell made"}
          onError={() => setBroken(true)}
        />
      )}
      {label && <figcaption className="out-name">{label}</figcaption>}
    </figure>
  );
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** In a frame of an origin of its own, without scripts, forms, or anything from elsewhere. */
export function HtmlView({ output: { html } }: { output: HtmlOutput }): ReactNode {
  const ref = useRef<HTMLIFrameElement>(null);
  const ink = useInk(ref);
  const [tall, setTall] = useState(false);
  const long = html.length > 2000;
  useEffect(() => setTall(false), []);
  const style = `body{margin:0;color:${ink};font:15px/1.6 system-ui,sans-serif;overflow-wrap:break-word}`;
  const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><base target="_blank"><style>${style}</style>${html}`;
  return (
    <>
      <iframe
        ref={ref}
        className="out-html"
        data-tall={tall}
        sandbox=""
        title="HTML that the cell made"
        srcDoc={page}
      />
      {long && (
        <button type="button" className="out-quiet" onClick={() => setTall(!tall)}>
          {tall ? "Show less" : "Show more"}
        </button>
      )}
    </>
  );
}
