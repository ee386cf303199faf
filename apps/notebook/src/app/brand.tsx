import type { ReactNode } from "react";

/** A heat map of four squares, one of which is edited. */
export function Brand(): ReactNode {
  return (
    <span className="app-brand">
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
        <rect x="1" y="1" width="8" height="8" rx="2" fill="var(--accent)" />
        <rect x="11" y="1" width="8" height="8" rx="2" fill="var(--accent)" opacity="0.35" />
        <rect x="1" y="11" width="8" height="8" rx="2" fill="var(--accent)" opacity="0.6" />
        <rect
          x="11.75"
          y="11.75"
          width="6.5"
          height="6.5"
          rx="1.5"
          fill="none"
          stroke="var(--down)"
          strokeWidth="1.5"
        />
      </svg>
      <span>insitu</span>
    </span>
  );
}
