/** What a server means by not giving a file. */
import { CheckpointError } from "@insitu/program";
import { drop } from "./fetching.ts";

export function refusal(file: { name: string; url: string }, response: Response, offset: number): CheckpointError {
  const { status, statusText, headers } = response;
  drop(response.body);
  const { name, url } = file;
  if (isPage(response)) {
    return new CheckpointError(
      `${name}: ${url} answered with a web page.`,
      "Check the address; a sign-in page, or a server that answers every path, may be in the way.",
      { file: name, url, status, offset },
    );
  }
  const said = headers.get("x-error-message") ?? statusText;
  const code = headers.get("x-error-code") ?? undefined;
  return new CheckpointError(
    `${name}: ${url} answered ${status}${said ? ` ${said}` : ""}${offset > 0 ? ` to the bytes from ${offset} on` : ""}.`,
    remedyOf(status, code),
    { file: name, url, status, offset, ...(code ? { code } : {}), ...(isPassing(status) ? { resumable: true } : {}) },
  );
}

/** Servers of single-page applications, and sign-in walls, answer with a page instead of an error. */
export const isPage = ({ ok, headers }: Response): boolean =>
  ok && /^text\/html/.test(headers.get("content-type") ?? "");

/** What to do about an answer. */
export function remedyOf(status: number, code?: string): string {
  switch (true) {
    case code === "GatedRepo":
      return "Ask for access on the model's page, and pass a token: LanguageModel.load(id, { token }).";
    case status === 401 || status === 403:
      return "Check the name; a private or gated model needs a token: LanguageModel.load(id, { token }).";
    case status === 404:
      return "Check the name, the revision, and that the folder holds it.";
    case status === 416:
      return "The file is shorter than its server said: load again, or from another mirror.";
    case status === 429:
      return "Too many requests: wait a little, and load again.";
    default:
      return "The server is at fault; load again later: where files are kept, it goes on from there.";
  }
}

/** Whether the fault is the server's, for now: what has come is good. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408;
