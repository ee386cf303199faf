/** A cell of code: the editor, how its run went, and what it gave. */
import { Play, Square } from "lucide-react";
import { memo, type ReactNode, useRef } from "react";
import { CodeEditor, type CodeEditorHandle } from "../editor/codeEditor.tsx";
import { CellFrame, type CellProps } from "./cell.tsx";
import { CellOutputs } from "./cellOutputs.tsx";
import { commandNamed, hintOf } from "./commands.ts";
import { useNotebook } from "./notebookContext.ts";
import { RunBadge, runInWords } from "./runBadge.tsx";

export const CodeCell = memo(function CodeCell(props: CellProps): ReactNode {
  const { cell, run, index, count, folded } = props;
  const { view, session, lineNumbers, service, perform } = useNotebook();
  const editor = useRef<CodeEditorHandle>(null);
  const name = `Code cell ${index + 1} of ${count}`;
  const running = run?.state === "running";
  const failed =
    run?.state === "error" && !run.stale ? run.outputs.find((output) => output.kind === "error") : undefined;
  const errorLine = failed?.kind === "error" && !failed.cell ? failed.line : undefined;
  const button = (
    <button
      type="button"
      className="nb-run"
      data-running={running}
      aria-label={running ? `Interrupt cell ${index + 1}` : `Run cell ${index + 1}`}
      title={running ? `Interrupt (${hintOf("interrupt")})` : `Run (${hintOf("runHere")})`}
      onClick={() => {
        view.choose(cell.id);
        perform(commandNamed(running ? "interrupt" : "runHere"));
      }}
    >
      {running ? <Square size={12} aria-hidden /> : <Play size={14} aria-hidden />}
    </button>
  );
  return (
    <CellFrame {...props} name={`${name}, ${runInWords(run)}`} editor={editor}>
      {button}
      <div className="nb-body">
        <div className="nb-code">
          <CodeEditor
            ref={editor}
            cellId={cell.id}
            source={cell.source}
            kind="code"
            label={`${name}, editor. Escape leaves it.`}
            lineNumbers={lineNumbers}
            service={service}
            // Enter goes in: Tab in command mode passes by, for in the editor it indents.
            tabStop={props.active && props.mode === "edit"}
            errorLine={errorLine}
            onChange={(source) => session.setSource(cell.id, source)}
            onFocus={() => view.entered(cell.id, "edit")}
            onEscape={() => view.choose(cell.id)}
            onLeave={(way) => leave(props, way)}
          />
          <div className="nb-status">
            <RunBadge run={run} />
            {/* Where there is no room beside the code, as on a phone: the one or the other is shown. */}
            <span className="nb-run-below">{button}</span>
          </div>
        </div>
        {run && <CellOutputs id={cell.id} name={name} run={run} folded={folded} />}
      </div>
    </CellFrame>
  );

  /** The arrow keys go from one editor into the next. */
  function leave({ index: from }: CellProps, way: "up" | "down"): void {
    const next = view.cells()[from + (way === "up" ? -1 : 1)];
    if (!next) return;
    const closed = next.kind === "markdown" && !view.getState().open.has(next.id);
    view.choose(next.id, closed ? {} : { mode: "edit", at: way === "up" ? "end" : "start" });
  }
});
