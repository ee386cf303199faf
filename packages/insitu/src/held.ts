import { DisposedError, type DType, type HeldNode } from "@insitu/program";
import type { Tensor } from "./tensor.ts";

/**
 * A value that stays on the device until its session ends: later traces of the session take it as an
 * operand, and nothing is read back unless `read` is called.
 */
export class Held {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: DType,
    /** The name the engine knows it by. */
    readonly id: string,
    private readonly fetch: () => Promise<Tensor>,
    private readonly alive: () => boolean,
  ) {}

  /** Its numbers, once the trace that made it is done. @throws DisposedError after the session. */
  async read(): Promise<Tensor> {
    this.assertAlive();
    return this.fetch();
  }

  /** As it stands in a program. @throws DisposedError after the session. */
  node(): HeldNode {
    this.assertAlive();
    return { kind: "held", id: this.id, shape: [...this.shape], dtype: this.dtype };
  }

  private assertAlive(): void {
    if (!this.alive()) {
      throw new DisposedError(
        "A value held by a session that has ended was used.",
        "Use it inside the session, or save it.",
      );
    }
  }
}
