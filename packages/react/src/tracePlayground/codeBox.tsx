/** Where the code stands: a field that works at once, and CodeMirror in its place once that has come. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Editor } from "./codeMirror.ts";

interface Props {
  code: string;
  onChange: (code: string) => void;
  onRun: () => void;
  readOnly: boolean;
  label: string;
  /** Lines to be seen at once, or a CSS length. */
  height: number | string;
  /** The line an error is about, counted from 1. */
  wrongLine: number | undefined;
  /** Whether it is in view: CodeMirror is fetched then. */
  visible: boolean;
}

export function CodeBox(props: Props): ReactNode {
  const { code, readOnly, label, height, wrongLine, visible } = props;
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const [editor, setEditor] = useState<Editor | undefined>(undefined);
  const [seen, setSeen] = useState(false);
  if (visible && !seen) setSeen(true);

  useEffect(() => {
    if (!seen) return;
    let gone = false;
    let mounted: Editor | undefined;
    import("./codeMirror.ts").then(
      ({ mountEditor }) => {
        const parent = box.current;
        if (gone || !parent) return;
        const { code, label, readOnly } = newest.current;
        const textarea = field.current;
        const focused = textarea && textarea === (textarea.getRootNode() as Document | ShadowRoot).activeElement;
        mounted = mountEditor(parent, {
          code: textarea?.value ?? code,
          label,
          readOnly,
          onChange: (next) => newest.current.onChange(next),
          onRun: () => newest.current.onRun(),
        });
        if (focused) mounted.focus(textarea.selectionStart, textarea.selectionEnd);
        setEditor(mounted);
      },
      // Where it does not come, the field goes on to do.
      () => {},
    );
    return () => {
      gone = true;
      mounted?.destroy();
      setEditor(undefined);
    };
  }, [seen]);

  useEffect(() => editor?.setCode(code), [editor, code]);
  useEffect(() => editor?.setReadOnly(readOnly), [editor, readOnly]);
  useEffect(() => editor?.mark(wrongLine), [editor, wrongLine]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    props.onRun();
  };
  const blockSize = typeof height === "number" ? `calc(${height} * var(--own-code-line) + 1.25rem)` : height;
  return (
    <div className="insitu-code" style={{ blockSize }} ref={box}>
      {!editor && (
        <textarea
          ref={field}
          aria-label={label}
          value={code}
          readOnly={readOnly}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
      )}
    </div>
  );
}
