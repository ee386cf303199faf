/** A cell of text: what it says, or its source while it is written. */
import { memo, type ReactNode, useRef } from "react";
import { CodeEditor, type CodeEditorHandle } from "../editor/codeEditor.tsx";
import { Markdown } from "../outputs/markdown.tsx";
import { CellFrame, type CellProps } from "./cell.tsx";
import { useNotebook } from "./notebookContext.ts";

export const MarkdownCell = memo(function MarkdownCell(props: CellProps): ReactNode {
  const { cell, index, count, open } = props;
  const { view, session, lineNumbers } = useNotebook();
  const editor = useRef<CodeEditorHandle>(null);
  const name = `Text cell ${index + 1} of ${count}`;
  const edit = () => view.choose(cell.id, { mode: "edit" });
  return (
    <CellFrame {...props} name={open ? `${name}, source` : name} editor={editor}>
      <div className="nb-body">
        {open ? (
          <div className="nb-code" data-kind="markdown">
            <CodeEditor
              ref={editor}
              cellId={cell.id}
              source={cell.source}
              kind="markdown"
              label={`${name}, editor. Escape leaves it.`}
              lineNumbers={lineNumbers}
              // Enter goes in: Tab in command mode passes by, for in the editor it indents.
              tabStop={props.active && props.mode === "edit"}
              onChange={(source) => session.setSource(cell.id, source)}
              onFocus={() => view.entered(cell.id, "edit")}
              onEscape={() => view.choose(cell.id)}
            />
          </div>
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the cell does the same
          <div className="nb-text" onDoubleClick={edit}>
            {cell.source.trim() ? (
              <Markdown source={cell.source} />
            ) : (
              <p className="nb-blank">Empty text. Enter to write.</p>
            )}
          </div>
        )}
      </div>
    </CellFrame>
  );
});
