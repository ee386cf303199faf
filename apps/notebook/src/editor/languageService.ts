/** What the editor asks about TypeScript. The service itself works in a worker, which is loaded when it is first asked. */
import { type Remote, wrap } from "comlink";
import type { Api } from "./languageService.worker.ts";
import type { CellText, Completion, Docs, Hover, Problem } from "./serviceAnswers.ts";

export class LanguageService {
  #worker: Worker | undefined;
  #remote: Remote<Api> | undefined;
  #cells: readonly CellText[] = [];
  #told: readonly CellText[] | undefined;

  /** `types`: the address of `types.json`; beside the page unless given. */
  constructor(readonly types?: string) {}

  /** The code cells of the notebook, in order. Nothing is loaded for it. */
  update(cells: readonly CellText[]): void {
    this.#cells = cells;
  }

  /** What can be written at a place of a cell's text. */
  async completions(cell: CellText, offset: number): Promise<Completion[]> {
    return (await this.#ask(cell)).completions(cell.id, offset);
  }

  /** More about one of its completions. */
  async details(cell: CellText, offset: number, name: string): Promise<Docs | undefined> {
    return (await this.#ask(cell)).details(cell.id, offset, name);
  }

  async hover(cell: CellText, offset: number): Promise<Hover | undefined> {
    return (await this.#ask(cell)).hover(cell.id, offset);
  }

  async diagnostics(cell: CellText): Promise<Problem[]> {
    return (await this.#ask(cell)).diagnostics(cell.id);
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = this.#remote = this.#told = undefined;
  }

  /** The service, which knows the cells as they are and this one as it is being written. */
  async #ask(cell: CellText): Promise<Remote<Api>> {
    if (!this.#remote) {
      this.#worker = new Worker(new URL("./languageService.worker.ts", import.meta.url), {
        type: "module",
        name: "typescript",
      });
      this.#worker.postMessage({
        types: this.types ?? new URL(`${import.meta.env.BASE_URL}types.json`, document.baseURI).href,
      });
      this.#remote = wrap<Api>(this.#worker);
    }
    if (this.#cells.find(({ id }) => id === cell.id)?.source !== cell.source)
      this.#cells = [...this.#cells.filter(({ id }) => id !== cell.id), cell];
    if (this.#told !== this.#cells) {
      this.#told = this.#cells;
      await this.#remote.update(this.#cells);
    }
    return this.#remote;
  }
}
