/** A link that holds the whole notebook, and the files it can be. */
import { Check, Copy, Download } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Exits } from "./appProps.ts";
import { Dialog } from "./dialog.tsx";

/** Longer ones are cut by some mail and chat programs. */
const LONG = 8000;

export interface ShareDialogProps {
  readonly exits: Exits;
  readonly trying: (work: Promise<unknown>) => void;
  readonly onClose: () => void;
}

export function ShareDialog({ exits, trying, onClose }: ShareDialogProps): ReactNode {
  const [link, setLink] = useState<string>();
  const [error, setError] = useState<string>();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    exits.link().then(setLink, (cause: Error) => setError(cause.message));
  }, [exits]);
  const copy = async () => {
    await navigator.clipboard.writeText(link ?? "");
    setCopied(true);
  };
  const kilobytes = link ? (link.length / 1000).toFixed(1) : "…";
  return (
    <Dialog
      title="Share"
      about="The link holds the notebook itself; no server keeps it. Whoever opens it reads it before anything runs."
      onClose={onClose}
    >
      <div className="app-row">
        <input
          className="app-input"
          aria-label="Link to this notebook"
          readOnly
          value={link ?? ""}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="app-button" data-primary disabled={!link} onClick={() => void copy()}>
          {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      <p className="app-muted" role="status">
        {error ?? `${kilobytes} kB, without outputs.`}
      </p>
      {link && link.length > LONG && (
        <p className="app-warn">
          This link is long: some mail and chat programs cut links of more than 8 kB. A file is the safer way.
        </p>
      )}
      <p className="app-row">
        <button type="button" className="app-button" onClick={() => trying(exits.download("insitu"))}>
          <Download size={15} aria-hidden /> .insitu.md
        </button>
        <button type="button" className="app-button" onClick={() => trying(exits.download("ipynb"))}>
          <Download size={15} aria-hidden /> .ipynb
        </button>
      </p>
    </Dialog>
  );
}
