/** The names that cells see: those of other cells, in front of what every cell has. */

/** Accessors for the names that a cell declares, live: they read and write its own variables. */
export type Definitions = Record<string, unknown>;

export class Scope {
  /** What every cell has. Without a prototype: `constructor` and the like are not names. */
  readonly base: Record<string, unknown> = Object.create(null);
  /** What `with` looks into. */
  readonly names: Record<string, unknown> = Object.create(this.base);
  private readonly owners = new Map<string, { cell: string; run: number }>();

  /** A cell's names, in place of those of the same name. */
  define(definitions: Definitions, cell: string, run: number): void {
    for (const [name, accessor] of Object.entries(Object.getOwnPropertyDescriptors(definitions))) {
      Object.defineProperty(this.names, name, { ...accessor, configurable: true });
      this.owners.set(name, { cell, run });
    }
  }

  /** Takes out what a run declared and never came to: what failed before has nothing to give. */
  settle(run: number): void {
    for (const [name, owner] of this.owners) {
      if (owner.run !== run) continue;
      try {
        void this.names[name];
      } catch {
        delete this.names[name];
        this.owners.delete(name);
      }
    }
  }
}
