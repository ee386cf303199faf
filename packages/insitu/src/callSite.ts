/** Where in the user's own code a call came from: `file:line:column`. */

/** The folder of this package's files, as it stands in stack frames: a URL, or a path in Node. */
const OWN = import.meta.url.slice(0, import.meta.url.lastIndexOf("/") + 1);
const OWN_PATH = OWN.startsWith("file://") ? decodeURIComponent(new URL(OWN).pathname) : OWN;

/** The innermost stack frame outside this package, or undefined where none can be told. */
export function callSite(): string | undefined {
  // V8 keeps ten frames unless told otherwise, and a user's own helpers may be deep.
  const v8 = Error as { stackTraceLimit?: number };
  const limit = v8.stackTraceLimit;
  v8.stackTraceLimit = 40;
  const stack = new Error().stack ?? "";
  if (limit !== undefined) v8.stackTraceLimit = limit;
  for (const frame of stack.split("\n")) {
    const place = placeOf(frame);
    if (place && !place.startsWith(OWN) && !place.startsWith(OWN_PATH) && !place.startsWith("node:"))
      return tidy(place);
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
