/** The language service on this side: its worker begins when an editor is first written in, and is asked about whole notebooks. */
import * as Comlink from "comlink";
import type { CellText, Completion, Description, Diagnostic, NotebookService } from "./languageService.worker.ts";

export type { CellText, Completion, Description, Diagnostic };

export class LanguageService {
  private remote: Promise<Comlink.Remote<NotebookService>> | undefined;
  private worker: Worker | undefined;
  private sent: readonly CellText[] | undefined;

  /** `cells` gives the code cells as they stand. */
  constructor(private readonly cells: () => readonly CellText[]) {}

  /** Begins to load it: some megabytes, of which nobody waits for any. */
  begin(): void {
    this.remote ??= this.start();
    this.remote.catch(() => {});
  }

  async completions(cell: string, at: number): Promise<Completion[]> {
    return (await this.upToDate()).completions(cell, at);
  }

  async details(cell: string, at: number, name: string): Promise<Omit<Description, "from" | "to"> | undefined> {
    return (await this.upToDate()).details(cell, at, name);
  }

  async hover(cell: string, at: number): Promise<Description | undefined> {
    return (await this.upToDate()).hover(cell, at);
  }

  async diagnostics(cell: string): Promise<Diagnostic[]> {
    return (await this.upToDate()).diagnostics(cell);
  }

  dispose(): void {
    this.worker?.terminate();
    this.remote = undefined;
    this.sent = undefined;
  }

  private async start(): Promise<Comlink.Remote<NotebookService>> {
    try {
      const types = fetch(new URL(`${import.meta.env.BASE_URL}types.json`, document.baseURI)).then((answer) =>
        answer.json(),
      );
      this.worker = new Worker(new URL("./languageService.worker.ts", import.meta.url), {
        type: "module",
        name: "language service",
      });
      const remote = Comlink.wrap<NotebookService>(this.worker);
      await remote.begin(await types);
      return remote;
    } catch (error) {
      // Offline before it was kept, say: another time.
      this.remote = undefined;
      throw error;
    }
  }

  private async upToDate(): Promise<Comlink.Remote<NotebookService>> {
    this.begin();
    const remote = await this.remote!;
    const cells = this.cells();
    if (cells !== this.sent) {
      this.sent = cells;
      await remote.update(cells);
    }
    return remote;
  }
}
