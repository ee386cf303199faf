/** Names of models: what may be written in the field, and which are offered. */

/** The embedded one, beside the page. */
export const TINY = new URL(`${import.meta.env.BASE_URL}weights/tiny`, document.baseURI).pathname;

/** What the field offers; sizes are those of the weights. */
export const SUGGESTED: readonly { name: string; text: string }[] = [
  { name: "distilbert/distilgpt2", text: "6 blocks, 353 MB" },
  { name: "openai-community/gpt2", text: "12 blocks, 548 MB" },
  { name: "openai-community/gpt2-medium", text: "24 blocks, 1.5 GB" },
  { name: "openai-community/gpt2-large", text: "36 blocks, 3.2 GB" },
];

/** What is wrong with a name, said while it is typed; undefined where nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "Write a hub id, such as openai-community/gpt2.";
  if (/\s/.test(name)) return "A name has no spaces.";
  if (/^https?:\/\//i.test(name)) return URL.canParse(name) ? undefined : "This address is not complete.";
  if (/^\.{0,2}\//.test(name)) return undefined;
  if (name.split("/").length > 2) return "A hub id is owner/name; a folder here begins with a slash.";
  return /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(name) ? undefined : "A hub id is owner/name, of letters, digits, . _ and -.";
}
