/** Markdown of a notebook's, which may be a stranger's: no HTML of its own, no address but of the web, no picture from afar. */
import MarkdownIt from "markdown-it";
import { type ReactNode, useMemo } from "react";
import "./markdown.css";

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });

markdown.validateLink = (address) => /^(https?:|mailto:|#|\.?\/(?!\/))/i.test(address.trim()) || isPicture(address);

const { rules } = markdown.renderer;
const [link, image] = [rules["link_open"], rules["image"]];
rules["link_open"] = (tokens, i, options, env, self) => {
  const token = tokens[i]!;
  const href = String(token.attrGet("href") ?? "");
  if (!/^#/.test(href)) {
    token.attrSet("target", "_blank");
    token.attrSet("rel", "noopener noreferrer");
  }
  return link?.(tokens, i, options, env, self) ?? self.renderToken(tokens, i, options);
};
// A picture from elsewhere would tell its server who reads: it is a link instead.
rules["image"] = (tokens, i, options, env, self) => {
  const token = tokens[i]!;
  const address = String(token.attrGet("src") ?? "");
  if (isPicture(address)) return image!(tokens, i, options, env, self);
  const { escapeHtml } = markdown.utils;
  return `<a href="${escapeHtml(address)}" target="_blank" rel="noopener noreferrer">${escapeHtml(token.content || address)}</a>`;
};

const isPicture = (address: string): boolean => /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(address);

/** HTML that the page may hold. */
export const markdownHtml = (source: string): string => markdown.render(source);

export function Markdown({ source }: { source: string }): ReactNode {
  const html = useMemo(() => markdownHtml(source), [source]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made by markdown-it, which lets no HTML of the source through
  return <div className="md" dangerouslySetInnerHTML={{ __html: html }} />;
}
