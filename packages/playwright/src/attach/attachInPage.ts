/** What attaching runs in the page: functions that Playwright sends as text, so each stands alone. */
import type { Link } from "../bridge/inPage.ts";

/** The models that insitu tells of in a page, as it keeps them. */
interface Client {
  /** Of one that has loaded its model. */
  page?: { source: unknown; loaded: unknown; model: { core: { edits: unknown[] } } };
  call: (method: string, ...args: unknown[]) => Promise<unknown>;
  closed?: boolean;
}

/** What each of the page's models was loaded from, in the order in which they were. */
export function listInPage(): string[] {
  const clients = (globalThis as { insituModels?: Set<Client> }).insituModels ?? [];
  return [...clients].flatMap(({ page }) => (page ? [typeof page.source === "string" ? page.source : "(files)"] : []));
}

/** Makes a link to one of them. Gives what its load gave, as JSON; undefined where it is gone. */
export function linkInPage({ index, key }: { index: number; key: string }): string | undefined {
  const page = globalThis as { insituModels?: Set<Client>; [name: symbol]: unknown };
  const clients = page.insituModels ?? [];
  const client = [...clients].filter((client) => client.page)[index];
  if (!client?.page) return undefined;
  page[Symbol.for("insitu.playwright")] ??= new Map<string, Link>();
  const links = page[Symbol.for("insitu.playwright")] as Map<string, Link>;
  const { model, loaded } = client.page;
  const gone = {
    name: "DisposedError",
    problem: "The page has disposed of the model that was attached to.",
    remedy: "Attach again once it has loaded another: await attach(page).",
    details: {},
  };
  const call = async (method: string, args: unknown[]) =>
    client.closed ? { ok: false, error: gone } : { ok: true, value: await client.call(method, ...args) };
  links.set(key, { call, waiting: new Map(), edits: model.core.edits, model });
  return JSON.stringify(loaded);
}

export interface InPageError {
  name: string;
  message: string;
}

type EditBody = (model: object, arg: unknown, tracer: unknown) => void;

/**
 * Lets every trace of the page's model begin with an edit. It is recorded once, on `ids`, so that its mistakes are told
 * here rather than to the page.
 */
export function editInPage({
  key,
  id,
  body,
  arg,
  ids,
}: {
  key: string;
  id: string;
  body: EditBody;
  arg: unknown;
  ids: number[];
}): InPageError | "gone" | undefined {
  const page = globalThis as unknown as { [name: symbol]: Map<string, Link> | undefined };
  const link = page[Symbol.for("insitu.playwright")]?.get(key);
  if (!link?.model || !link.edits) return "gone";
  const { model, edits } = link as { model: { scan(ids: number[], body: unknown): unknown }; edits: unknown[] };
  const edit = Object.assign((tracer: unknown) => body(model, arg, tracer), { id });
  edits.push(edit);
  try {
    model.scan(ids, () => undefined);
  } catch (error) {
    edits.splice(edits.indexOf(edit), 1);
    const { name, message } = error as Error;
    return { name, message };
  }
  return undefined;
}

/** Takes an edit back. */
export function undoInPage({ key, id }: { key: string; id: string }): void {
  const page = globalThis as unknown as { [name: symbol]: Map<string, Link> | undefined };
  const edits = page[Symbol.for("insitu.playwright")]?.get(key)?.edits as { id?: string }[] | undefined;
  const at = edits?.findIndex((edit) => edit.id === id) ?? -1;
  if (at >= 0) edits?.splice(at, 1);
}
