import type { Frame, Page } from "@playwright/test";
import type { EngineProtocol, WireError } from "insitu";
import { decode } from "./decode.ts";
import { callInPage, fetchInPage, type PageAnswer } from "./inPage.ts";

/** Bytes that one message of Playwright's may bring. */
const PIECE = 16 * 2 ** 20;

type Answer<M extends keyof EngineProtocol> = Awaited<ReturnType<EngineProtocol[M]>>;
type Told = (value: unknown) => unknown;

/** What pages tell, by the number of the call that asked for it. */
const told = new WeakMap<Page, Map<number, Told>>();
let calls = 0;

/** An engine in a page, called from here. Whatever becomes of the page, every call is answered. */
export class PageEngine {
  constructor(
    private readonly frame: Frame,
    /** The name of the page's link to the engine. */
    private readonly key: string,
    /** What is said where the page no longer answers. */
    private readonly gone: (why: string) => WireError,
  ) {}

  /** Calls a method; a function among the arguments is called back. */
  async call<M extends keyof EngineProtocol>(method: M, ...args: Parameters<EngineProtocol[M]>): Promise<Answer<M>> {
    const id = calls++;
    const callback = args.findIndex((arg) => typeof arg === "function");
    let listeners: Map<number, Told> | undefined;
    try {
      if (callback >= 0) {
        listeners = await listen(this.frame.page());
        listeners.set(id, args[callback] as Told);
      }
      const answer = await this.frame.evaluate(callInPage, {
        key: this.key,
        id,
        method,
        args: JSON.stringify(args.map((arg, i) => (i === callback ? null : arg))),
        callback: callback < 0 ? undefined : callback,
        piece: PIECE,
      });
      if (!answer) return this.lost("it has gone to another address") as Answer<M>;
      const bytes = await this.rest(id, answer);
      return (bytes ? decode(answer.json, bytes) : this.lost("it has gone to another address")) as Answer<M>;
    } catch (error) {
      return this.lost(reasonOf(error)) as Answer<M>;
    } finally {
      listeners?.delete(id);
    }
  }

  /** All of it as an engine, with these methods in place of its own. */
  protocol(own: Pick<EngineProtocol, "load" | "dispose">): EngineProtocol {
    return {
      run: (program, onTokens) => this.call("run", program, onTokens),
      runAll: (programs, request, onProgress) => this.call("runAll", programs, request, onProgress),
      cancel: (id) => this.call("cancel", id),
      readHeld: (id) => this.call("readHeld", id),
      release: (prefix) => this.call("release", prefix),
      memory: () => this.call("memory"),
      listCached: (query) => this.call("listCached", query),
      deleteCached: (query) => this.call("deleteCached", query),
      ...own,
    };
  }

  private async rest(id: number, { bytes, size }: PageAnswer): Promise<Buffer | undefined> {
    const first = Buffer.from(bytes, "base64");
    if (first.length === size) return first;
    const all = Buffer.allocUnsafe(size);
    first.copy(all);
    for (let from = first.length; from < size; from += PIECE) {
      const more = await this.frame.evaluate(fetchInPage, { key: this.key, id, from, piece: PIECE });
      if (more === undefined) return undefined;
      all.write(more, from, "base64");
    }
    return all;
  }

  private lost(why: string): { ok: false; error: WireError } {
    return { ok: false, error: this.gone(why) };
  }
}

/** What a page calls with what an engine tells on the way; set up once a page. */
async function listen(page: Page): Promise<Map<number, Told>> {
  const known = told.get(page);
  if (known) return known;
  const listeners = new Map<number, Told>();
  told.set(page, listeners);
  await page.exposeBinding("__insituPlaywright", (_, id: number, json: string) =>
    listeners.get(id)?.(JSON.parse(json)),
  );
  return listeners;
}

/** The first line of Playwright's own error, without the call's name. */
export function reasonOf(error: unknown): string {
  const [line = ""] = String((error as Error)?.message ?? error).split("\n");
  return line.replace(/^\w+\.\w+: /, "").replace(/\.$/, "");
}
