import type { ReactNode } from "react";
import type { GalleryCard } from "./appProps.ts";
import { CardPicture } from "./cardPicture.tsx";

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
            {picture && <CardPicture picture={picture} />}
            <span>
              <strong>
                {index + 1}. {title}
              </strong>
              <span className="app-muted">{summary}</span>
              <span className="app-card-time">{minutes} min to read</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
