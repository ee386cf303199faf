import { type ReactNode, type Ref, useImperativeHandle, useRef } from "react";

export interface CodeEditorHandle {
  focus(at?: "start" | "end" | number): void;
  cursor(): number;
  insert(text: string): void;
}

export function CodeEditor(props: {
  cellId: string;
  source: string;
  kind: "code" | "markdown";
  label: string;
  lineNumbers?: boolean;
  errorLine?: number | undefined;
  tabStop: boolean;
  onChange: (source: string) => void;
  onFocus?: () => void;
  onEscape?: () => void;
  onLeave?: (way: "up" | "down") => void;
  ref?: Ref<CodeEditorHandle>;
}): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(props.ref, () => ({
    focus(at) {
      const element = area.current!;
      element.focus();
      const place = at === "start" ? 0 : at === "end" ? element.value.length : at;
      if (place !== undefined) element.setSelectionRange(place, place);
    },
    cursor: () => area.current!.selectionStart,
    insert(text) {
      const element = area.current!;
      element.setRangeText(text, element.selectionStart, element.selectionEnd, "end");
      props.onChange(element.value);
    },
  }));
  return (
    <textarea
      ref={area}
      aria-label={props.label}
      tabIndex={props.tabStop ? 0 : -1}
      value={props.source}
      rows={Math.max(1, props.source.split("\n").length)}
      onChange={(event) => props.onChange(event.target.value)}
      onFocus={props.onFocus}
      onKeyDown={(event) => event.key === "Escape" && props.onEscape?.()}
      style={{
        width: "100%",
        font: "var(--text-s)/1.5 var(--mono)",
        border: 0,
        background: "none",
        color: "inherit",
        padding: "0.5rem 0.75rem",
        resize: "none",
        display: "block",
        boxSizing: "border-box",
      }}
    />
  );
}
