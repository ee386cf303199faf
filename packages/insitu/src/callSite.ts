/** Where in the user's own code a call came from: `file:line:column`. */

/** A file's folder, as it stands in stack frames: a URL, or a path in Node. */
function folderOf(url: string): string[] {
  const folder = url.slice(0, url.lastIndexOf("/") + 1);
  return folder.startsWith("file://") ? [folder, decodeURIComponent(new URL(folder).pathname)] : [folder];
}

/** Folders whose files are not the user's. */
const OWN = folderOf(import.meta.url);

/**
 * Says that the files beside this one (`import.meta.url`) are a library's, written on insitu: errors and programs then
 * name the line that called it.
 */
export function asLibrary(url: string): void {
  OWN.push(...folderOf(url));
}

/** The innermost stack frame outside this package, and what is written on it; undefined where none can be told. */
export function callSite(): string | undefined {
  // V8 keeps ten frames unless told otherwise, and a user's own helpers may be deep.
  const v8 = Error as { stackTraceLimit?: number };
  const limit = v8.stackTraceLimit;
  v8.stackTraceLimit = 40;
  const stack = new Error().stack ?? "";
  if (limit !== undefined) v8.stackTraceLimit = limit;
  for (const frame of stack.split("\n")) {
    const place = placeOf(frame);
    if (place && ![...OWN, "node:"].some((folder) => place.startsWith(folder))) return tidy(place);
  }
  return undefined;
}

/** `url:line:column` of a frame, as V8 (`at f (place)`) and as Firefox and Safari (`f@place`) print it. */
function placeOf(frame: string): string | undefined {
  const text = frame.trim().replace(/\)+$/, "");
  if (!/:\d+:\d+$/.test(text)) return undefined;
  const v8 = /^at /.test(text);
  const start = v8 ? Math.max(text.lastIndexOf("("), text.lastIndexOf(", ") + 1, 2) : text.indexOf("@");
  return text.slice(start + 1).trim();
}

/** Without the query that a development server puts behind a file's name. */
function tidy(place: string): string {
  return place.replace(/\?[^:]*(?=:\d+:\d+$)/, "");
}
