/** What is no notebook, or cannot be kept: the thing, the place, and what to do. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";

  constructor(
    problem: string,
    readonly remedy: string,
    /** In the file, counted from 1. */
    readonly line?: number,
  ) {
    super(line === undefined ? `${problem} ${remedy}` : `${problem} (line ${line}) ${remedy}`);
  }
}
