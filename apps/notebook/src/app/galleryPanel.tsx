import type { ReactNode } from "react";
import type { GalleryCard } from "./appProps.ts";

/** The notebooks that come with the page, in the order in which they teach. */
export function GalleryPanel({
  cards,
  onOpen,
}: {
  cards: readonly GalleryCard[];
  onOpen: (slug: string) => void;
}): ReactNode {
  if (cards.length === 0) return <p className="app-none">The gallery is empty.</p>;
  return (
    <ol className="app-cards">
      {cards.map(({ slug, title, summary, minutes, picture }, index) => (
        <li key={slug}>
          <button type="button" className="app-card" onClick={() => onOpen(slug)}>
            {picture ? <img src={picture} alt="" /> : <span className="app-card-number">{index + 1}</span>}
            <span>
              <strong>{title}</strong>
              <span className="app-muted">{summary}</span>
              <span className="app-card-time">{minutes} min to read</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
