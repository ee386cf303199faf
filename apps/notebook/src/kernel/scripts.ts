/** The scripts of the sandbox, as text: it fetches nothing itself. */

const kept = new Map<string, Promise<string>>();

export function sandboxScript(name: string): Promise<string> {
  const known = kept.get(name);
  if (known) return known;
  const coming = fetchText(new URL(`sandbox/${name}.js`, document.baseURI));
  kept.set(name, coming);
  // Another try, next time.
  coming.catch(() => kept.delete(name));
  return coming;
}

async function fetchText(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  return response.text();
}
