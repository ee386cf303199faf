import type { DType } from "@insitu/program";
import type { EngineClient } from "./engineClient.ts";
import { Held } from "./held.ts";
import type { SessionLink } from "./recorder.ts";
import { Tensor } from "./tensor.ts";

/** Traces whose values flow from one to the next on the device. */
export class Session implements SessionLink {
  /** One that nobody has: tools may hold values in the same engine. */
  private readonly prefix = `session${Math.random()}/`;
  private made = 0;
  private open = true;

  constructor(private readonly client: EngineClient) {}

  hold(shape: readonly number[], dtype: DType): Held {
    const id = `${this.prefix}${this.made++}`;
    const read = async () => {
      const saved = await this.client.call("readHeld", id);
      return new Tensor(saved.shape, saved.dtype, saved.data);
    };
    return new Held(shape, dtype, id, read, () => this.open);
  }

  /** Frees what was held. Not waited for: what is asked next stands behind it, and a disposed model never answers. */
  end(): void {
    this.open = false;
    if (this.made > 0) this.client.call("release", this.prefix).catch(() => {});
  }
}
