/** The editor of a cell. Until it is near the view, and its chunk is there, the text stands in its place, as large. */
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import type { EditorListeners, MountedEditor } from "./codeMirror.ts";
import type { LanguageService } from "./languageService.ts";
import "./codeEditor.css";

export interface CodeEditorHandle {
  focus(at?: "start" | "end" | number): void;
  /** Offset in the text. */
  cursor(): number;
  insert(text: string): void;
}

export interface CodeEditorProps extends EditorListeners {
  readonly cellId: string;
  readonly source: string;
  readonly kind: "code" | "markdown";
  readonly label: string;
  readonly lineNumbers?: boolean | undefined;
  /** A line to mark, counted from 1. */
  readonly errorLine?: number | undefined;
  /** Whether Tab comes to it. */
  readonly tabStop: boolean;
  readonly service?: LanguageService | undefined;
  readonly ref?: Ref<CodeEditorHandle>;
}

export function CodeEditor(props: CodeEditorProps): ReactNode {
  const { cellId, source, kind, label, lineNumbers = false, errorLine, tabStop, service, ref } = props;
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<MountedEditor>(undefined);
  const latest = useRef(props);
  latest.current = props;
  /** What was asked of it before it was there. */
  const wish = useRef<{ at: Parameters<CodeEditorHandle["focus"]>[0] }>(undefined);
  /** What was typed meanwhile. */
  const typed = useRef("");
  const [wanted, setWanted] = useState(false);
  const [mounted, setMounted] = useState(false);

  useImperativeHandle(
    ref,
    (): CodeEditorHandle => ({
      focus: (at) => {
        if (editor.current) editor.current.focus(at);
        else {
          wish.current = { at };
          setWanted(true);
          // Until then the keys are the box's, not the page's.
          box.current?.focus({ preventScroll: true });
        }
      },
      cursor: () => editor.current?.cursor() ?? latest.current.source.length,
      insert: (text) => {
        if (editor.current) editor.current.insert(text);
        else latest.current.onChange(latest.current.source + text);
      },
    }),
    [],
  );

  useEffect(() => {
    if (wanted) return;
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && setWanted(true), {
      rootMargin: "600px",
    });
    near.observe(box.current!);
    return () => near.disconnect();
  }, [wanted]);

  // What changes later is told to the editor below.
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    void import("./codeMirror.ts").then(({ MountedEditor }) => {
      if (gone || !box.current) return;
      editor.current = new MountedEditor(box.current, {
        cellId,
        kind,
        source: latest.current.source,
        label: latest.current.label,
        tabStop: latest.current.tabStop,
        lineNumbers: latest.current.lineNumbers ?? false,
        on: () => latest.current,
        service,
      });
      editor.current.mark(latest.current.errorLine);
      // At once: with both there, what is below would move for a frame.
      flushSync(() => setMounted(true));
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
      setMounted(false);
    };
  }, [wanted, cellId, kind, service]);

  useLayoutEffect(() => {
    if (!mounted || !wish.current) return;
    editor.current?.focus(wish.current.at);
    if (typed.current) editor.current?.insert(typed.current);
    wish.current = undefined;
    typed.current = "";
  }, [mounted]);
  useEffect(() => editor.current?.set(source), [source]);
  useEffect(() => editor.current?.mark(errorLine), [errorLine]);
  useEffect(() => editor.current?.configure({ label, tabStop, lineNumbers }), [label, tabStop, lineNumbers]);

  const keep = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
    if (mounted || !wish.current || ctrlKey || metaKey || altKey) return;
    if (key.length === 1) typed.current += key;
    else if (key === "Enter") typed.current += "\n";
    else if (key === "Backspace") typed.current = typed.current.slice(0, -1);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is typed before the editor is there is not lost
    <div
      ref={box}
      className="ed"
      data-kind={kind}
      data-numbers={lineNumbers}
      tabIndex={mounted ? undefined : -1}
      onKeyDown={keep}
    >
      {!mounted && <pre className="ed-still">{source || " "}</pre>}
    </div>
  );
}
