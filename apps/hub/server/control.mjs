/**
 * `/__control/…`: the same over HTTP, for tests that run in a page.
 *
 *   POST   faults               a fault, or several in an array
 *   DELETE faults               none any more
 *   GET    requests             the log
 *   DELETE requests             empties it
 *   PUT    files?repo=…&file=…  adds or replaces a file by the body
 */

/** @param {import("./exchange.mjs").Exchange} exchange @param {import("../lookalike.mjs").Hub} hub */
export async function answerControl(exchange, hub) {
  const { request, url } = exchange;
  const [repo, file] = [url.searchParams.get("repo"), url.searchParams.get("file")];
  const actions = {
    "POST faults": async () => {
      for (const fault of [JSON.parse((await exchange.body()).toString())].flat()) hub.setFault(fault);
    },
    "DELETE faults": () => hub.clearFaults(),
    "GET requests": () => hub.requests,
    "DELETE requests": () => hub.resetRequests(),
    "PUT files": async () => hub.replaceFile(repo, file, await exchange.body()),
  };
  if (request.method === "OPTIONS") return exchange.preflight();
  const action = actions[`${request.method} ${url.pathname.replace("/__control/", "")}`];
  if (!action) return exchange.json(404, { error: `There are: ${Object.keys(actions).join(", ")}.` });
  try {
    exchange.json(200, (await action()) ?? {});
  } catch (error) {
    exchange.json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}
