/** The host in what a reader wrote, an address or a bare host; undefined where there is none. */
export function hostOf(text: string): string | undefined {
  const bare = text.trim().toLowerCase();
  if (!bare || /[\s*;,'"]/.test(bare)) return undefined;
  const address = /^https?:\/\//.test(bare) ? bare : `https://${bare}`;
  if (!URL.canParse(address)) return undefined;
  const { host, hostname, username } = new URL(address);
  return !username && (hostname.includes(".") || hostname === "localhost") ? host : undefined;
}
