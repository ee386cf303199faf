/** What is asked of the language service, and what it answers. */

export interface CellText {
  readonly id: string;
  readonly source: string;
}

export interface Completion {
  readonly name: string;
  /** TypeScript's word for what it is: `method`, `property`, `const`. */
  readonly kind: string;
  /** What comes first in a list comes first here as well. */
  readonly sort: string;
}

/** A signature or type, and what is said of it. */
export interface Docs {
  readonly signature: string;
  readonly text: string;
}

export interface Hover extends Docs {
  readonly from: number;
  readonly to: number;
}

export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}
