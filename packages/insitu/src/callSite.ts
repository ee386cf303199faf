/** Where in the user's own code a call came from: `file:line:column`. */

/** Folders whose files are not the user's, as they stand in stack frames: URLs, or paths in Node. */
const OWN = ["node:"];

/**
 * Says that the files beside this one (`import.meta.url`) are a library's, written on insitu: errors and programs then
 * name the line that called it.
 */
export function asLibrary(url: string): void {
  const folder = new URL(".", url).href;
  OWN.push(folder, decodeURIComponent(folder.replace("file://", "")));
}

asLibrary(import.meta.url);

let pinned: string | undefined;

/** Makes `line` the call site of whatever `work` calls; with undefined, each call has its own again. */
export function atLine<T>(line: string | undefined, work: () => T): T {
  const outer = pinned;
  pinned = line;
  try {
    return work();
  } finally {
    pinned = outer;
  }
}

/** The innermost stack frame outside this package, and what is written on it; undefined where none can be told. */
export function callSite(): string | undefined {
  if (pinned) return pinned;
  // V8 keeps ten frames unless told otherwise, and a user's own helpers may be deep.
  const v8 = Error as { stackTraceLimit?: number };
  const limit = v8.stackTraceLimit;
  v8.stackTraceLimit = 40;
  const stack = new Error().stack ?? "";
  if (limit !== undefined) v8.stackTraceLimit = limit;
  for (const frame of stack.split("\n")) {
    const place = placeOf(frame);
    if (place && !OWN.some((folder) => place.startsWith(folder))) return tidy(place);
  }
  return undefined;
}

/** `url:line:column` of a frame, as V8 (`at f (place)`) and as Firefox and Safari (`f@place`) print it. */
function placeOf(frame: string): string | undefined {
  const text = frame.trim().replace(/\)+$/, "");
  if (!/:\d+:\d+$/.test(text)) return undefined;
  const v8 = /^at /.test(text);
  const start = v8 ? Math.max(text.lastIndexOf("("), text.lastIndexOf(", ") + 1, 2) : text.indexOf("@");
  return text.slice(start + 1).replace(/^ *(async )?/, "");
}

/** Without the query that a development server puts behind a file's name. */
function tidy(place: string): string {
  return place.replace(/\?[^:]*(?=:\d+:\d+$)/, "");
}
