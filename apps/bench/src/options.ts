/** What the command line asks for. */
export interface BenchOptions {
  /** Figures whose names contain one of these; all where it is empty. */
  only: string[];
  full: boolean;
  /** The shape that figures of one forward pass run on instead of their own. */
  model?: string;
  tokens: number;
  /** Measured turns of each contestant. */
  rounds: number;
  runtime: "browser" | "node";
}
