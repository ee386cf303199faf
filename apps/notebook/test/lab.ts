/** A session without a page: cells in a sandbox, on the tiny model. */
import { expect } from "vitest";
import { ModelHost } from "../src/model/modelHost.ts";
import { newId } from "../src/notebook/notebook.ts";
import type { Output } from "../src/outputs/output.ts";
import { NotebookSession } from "../src/session/notebookSession.ts";
import type { CellRun } from "../src/session/sessionState.ts";

export const script = async (name: string): Promise<string> =>
  (await fetch(`/apps/notebook/public/sandbox/${name}.js`)).text();

export class Lab {
  readonly session: NotebookSession;

  constructor(
    readonly host = new ModelHost(),
    hosts: readonly string[] = [],
  ) {
    this.session = new NotebookSession({
      notebook: { id: newId(), title: "A test", cells: [] },
      origin: "new",
      trusted: true,
      hosts,
      host,
      scripts: script,
      save: async () => {},
    });
  }

  /** A cell at the end; gives its id. */
  cell(code: string): string {
    return this.session.insert(this.session.getState().notebook.cells.length, "code", code);
  }

  /** What became of a cell: once it has ended. */
  async ended(id: string): Promise<CellRun> {
    await expect
      .poll(() => this.of(id)?.state, { timeout: 50_000, interval: 10 })
      .toMatch(/^(done|error|interrupted)$/);
    return this.of(id) as CellRun;
  }

  of(id: string): CellRun | undefined {
    return this.session.getState().runs.get(id);
  }

  /** Runs a cell, new or not, to its end. */
  async rerun(id: string): Promise<CellRun> {
    this.session.run([id]);
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    return this.ended(id);
  }

  run(code: string): Promise<CellRun> {
    return this.rerun(this.cell(code));
  }

  /** The text that a cell's last expression is shown as. @throws what the cell threw */
  async text(code: string): Promise<string> {
    return textOf(await this.run(code));
  }
}

export function textOf({ outputs }: Pick<CellRun, "outputs">): string {
  const last = outputs.at(-1) as Output;
  if (last?.kind === "error") throw new Error(`${last.name}: ${last.message}`);
  return last?.kind === "text" ? last.text : `a ${last?.kind}`;
}
