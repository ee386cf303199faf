/** What the page needs of the world: `main.tsx` gives the real parts. */
import type { ReactNode } from "react";
import type { CardPicture } from "../gallery/picture.ts";
import type { Origin } from "../notebook/notebook.ts";
import type { Session } from "../session/sessionState.ts";

export interface GalleryCard {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly picture?: CardPicture | undefined;
}

export interface KeptNotebook {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly cells: number;
  readonly origin: Origin;
}

/** The notebooks kept in this browser. */
export interface Shelf {
  list(): Promise<readonly KeptNotebook[]>;
  subscribe(listener: () => void): () => void;
  rename(id: string, title: string): Promise<void>;
  duplicate(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What puts another notebook in the place of this one; a rejection is shown to the reader. */
export interface Openers {
  gallery(slug: string): Promise<void>;
  kept(id: string): Promise<void>;
  create(): Promise<void>;
  file(file: File): Promise<void>;
}

/** What takes this one out of the page. */
export interface Exits {
  download(format: "insitu" | "ipynb"): Promise<void>;
  /** An address that holds the whole notebook. */
  link(): Promise<string>;
  save(): Promise<void>;
}

export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly theme: Theme;
  readonly tourDone: boolean;
  readonly lineNumbers: boolean;
  readonly panelOpen: boolean;
}

export interface PreferenceStore {
  getState(): Preferences;
  subscribe(listener: () => void): () => void;
  set(change: Partial<Preferences>): void;
}

export interface AppProps {
  readonly session: Session;
  readonly gallery: readonly GalleryCard[];
  readonly shelf: Shelf;
  readonly openers: Openers;
  readonly exits: Exits;
  readonly preferences: PreferenceStore;
  /** What there is to tell of the page itself, above the cells. */
  readonly pageNotice?: ReactNode;
  /** The model's chip in the top bar. */
  readonly modelBar: ReactNode;
  /** The model's modules, each of which is inserted at the cursor. */
  readonly moduleTree: (onInsert: (code: string) => void) => ReactNode;
}
