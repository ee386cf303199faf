/** Code to be read and taken along. */
import { type ReactNode, useEffect, useState } from "react";

/** Milliseconds for which a button says that it is done. */
const TOLD = 2000;

/** A button that puts a text on the clipboard, and says whether that went well. */
export function CopyButton({ text }: { text: string | undefined }): ReactNode {
  const [told, setTold] = useState<"" | "Copied" | "Not allowed">("");
  useEffect(() => {
    if (told === "") return;
    const timer = setTimeout(() => setTold(""), TOLD);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text ?? "");
      setTold("Copied");
    } catch {
      setTold("Not allowed");
    }
  };
  return (
    <button type="button" className="insitu-copy" disabled={text === undefined} onClick={() => void copy()}>
      <span aria-live="polite">{told || "Copy"}</span>
    </button>
  );
}

interface Props {
  code: string | undefined;
  /** Stands where there is no code yet, so that nothing moves. */
  empty: string;
}

/** One line of code. */
export function CodeLine({ code, empty }: Props): ReactNode {
  return (
    <div className="insitu-code-line">
      {code === undefined ? <span>{empty}</span> : <code>{code}</code>}
      <CopyButton text={code} />
    </div>
  );
}
