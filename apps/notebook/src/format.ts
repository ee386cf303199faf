/** Numbers and tokens as text. */

/** Bytes as megabytes, `3.1`; kilobytes below a tenth of one. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function formatPercent(p: number): string {
  const percent = p * 100;
  return `${percent.toFixed(percent >= 0.995 || percent === 0 ? 1 : 2)} %`;
}

/** A change in percentage points, always with its sign. */
export function formatChange(change: number): string {
  const points = change * 100;
  const digits = Math.abs(points) >= 0.995 ? 1 : 2;
  const text = Math.abs(points).toFixed(digits);
  if (Number(text) === 0) return "0";
  return `${points > 0 ? "+" : "−"}${text}`;
}

/** A token with its spaces and line ends to be seen; for what is read aloud, give it as a label too. */
export function tokenElement(token: string): HTMLElement {
  const code = document.createElement("code");
  code.className = "token";
  for (const part of token.split(/([ \n\t\r])/)) {
    if (part === "") continue;
    const mark = MARKS[part];
    if (!mark) {
      code.append(part);
      continue;
    }
    const space = document.createElement("span");
    space.className = "space";
    space.textContent = mark;
    code.append(space);
  }
  return code;
}

const MARKS: Record<string, string> = { " ": "·", "\n": "↵", "\t": "⇥", "\r": "␍" };
