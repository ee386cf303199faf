/**
 * What runs in the page: functions that Playwright sends as text, so each stands alone. The page keeps its links to
 * engines in a Map at `globalThis[Symbol.for("insitu.playwright")]`.
 */

/** One engine, as the page keeps it. */
export interface Link {
  call: (method: string, args: unknown[]) => Promise<unknown>;
  /** Bytes of answers that are still to be fetched. */
  waiting: Map<number, Uint8Array>;
  /** What `editInPage` may take back. */
  edits?: unknown[];
  model?: object;
}

export interface PageCall {
  key: string;
  /** This call's own number. */
  id: number;
  method: string;
  /** The arguments as JSON. */
  args: string;
  /** Which of them is a function of Node's, called through the page's binding. */
  callback: number | undefined;
  /** How many bytes one message may take. */
  piece: number;
}

/** An answer: JSON in which typed arrays are named by their place in the bytes that go with it. */
export interface PageAnswer {
  json: string;
  /** The first bytes, as base64. */
  bytes: string;
  /** All of them. */
  size: number;
}

/** Calls an engine. Undefined where the page has no such link: it is another document by now. */
export async function callInPage(call: PageCall): Promise<PageAnswer | undefined> {
  const { key, id, method, args: json, callback, piece } = call;
  const page = globalThis as unknown as {
    [name: symbol]: Map<string, Link> | undefined;
    __insituPlaywright: (id: number, json: string) => Promise<unknown>;
  };
  const link = page[Symbol.for("insitu.playwright")]?.get(key);
  if (!link) return undefined;
  // JSON has no undefined, and the engine takes no null.
  const args = (JSON.parse(json) as unknown[]).map((arg) => arg ?? undefined);
  if (callback !== undefined) args[callback] = (value: unknown) => page.__insituPlaywright(id, JSON.stringify(value));
  let outcome: unknown;
  try {
    outcome = await link.call(method, args);
  } catch (error) {
    const { name, message, problem, remedy, line, details } = error as Error & Record<string, unknown>;
    const wire = { name, problem: problem ?? message, remedy: remedy ?? "", line, details: details ?? {} };
    outcome = { ok: false, error: wire };
  }
  const arrays: Uint8Array[] = [];
  let size = 0;
  const text = JSON.stringify(outcome, (_, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
    if (!ArrayBuffer.isView(value)) return value;
    const view = value as Float32Array;
    arrays.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    const at = size;
    size += view.byteLength;
    return { $array: view.constructor.name, at, bytes: view.byteLength };
  });
  const all = new Uint8Array(size);
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  if (size > piece) link.waiting.set(id, all);
  return { json: text, bytes: base64(all.subarray(0, piece)), size };

  function base64(bytes: Uint8Array): string {
    const native = (bytes as { toBase64?: () => string }).toBase64;
    if (native) return native.call(bytes);
    let binary = "";
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(binary);
  }
}

/** More bytes of an answer, as base64; the last fetch frees them. */
export function fetchInPage(asked: { key: string; id: number; from: number; piece: number }): string | undefined {
  const { key, id, from, piece } = asked;
  const page = globalThis as unknown as { [name: symbol]: Map<string, Link> | undefined };
  const waiting = page[Symbol.for("insitu.playwright")]?.get(key)?.waiting;
  const all = waiting?.get(id);
  if (!all) return undefined;
  const bytes = all.subarray(from, from + piece);
  if (from + piece >= all.length) waiting?.delete(id);
  const native = (bytes as { toBase64?: () => string }).toBase64;
  if (native) return native.call(bytes);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
