import type { Gpt2Config } from "@insitu/program";
import type * as tf from "../tf.ts";
import { Activation } from "./activation.ts";
import { Conv1D } from "./conv1d.ts";
import { Dropout } from "./dropout.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/** c_proj(act(c_fc(x))): Hugging Face's GPT2MLP. */
export class Mlp extends Module {
  static readonly className = "Mlp";
  private readonly cFc: Conv1D;
  private readonly act: Activation;
  private readonly cProj: Conv1D;
  private readonly dropout: Dropout;

  constructor(path: string, config: Gpt2Config, source: WeightSource) {
    super(path);
    this.cFc = new Conv1D(`${path}.c_fc`, config.nEmbd, config.nInner, source);
    this.act = new Activation(`${path}.act`, config.activation);
    this.cProj = new Conv1D(`${path}.c_proj`, config.nInner, config.nEmbd, source);
    this.dropout = new Dropout(`${path}.dropout`);
  }

  override submodules(): Module[] {
    return [this.cFc, this.act, this.cProj, this.dropout];
  }

  override forward(x: tf.Tensor, context: ForwardContext, residual?: tf.Tensor): tf.Tensor {
    const active = this.cFc.runActivated(x, this.act, context);
    return residual
      ? this.cProj.runAdding(residual, active, context)
      : this.dropout.run(this.cProj.run(active, context), context);
  }

  protected override canAdd({ hooks }: ForwardContext): boolean {
    return !hooks || !(hooks.taps(this.path, "output") || hooks.taps(this.dropout.path));
  }
}
