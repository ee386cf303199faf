import type { Gpt2Config } from "@insitu/program";
import type * as tf from "../tf.ts";
import { Activation } from "./activation.ts";
import { Conv1D } from "./conv1d.ts";
import { Dropout } from "./dropout.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/** c_proj(act(c_fc(x))): Hugging Face's GPT2MLP. */
export class Mlp extends Module {
  static readonly className = "Mlp";
  private readonly parts: Module[];

  constructor(path: string, config: Gpt2Config, source: WeightSource) {
    super(path);
    this.parts = [
      new Conv1D(`${path}.c_fc`, config.nEmbd, config.nInner, source),
      new Activation(`${path}.act`, config.activation),
      new Conv1D(`${path}.c_proj`, config.nInner, config.nEmbd, source),
      new Dropout(`${path}.dropout`),
    ];
  }

  override submodules(): Module[] {
    return this.parts;
  }

  override forward(x: tf.Tensor, context: ForwardContext): tf.Tensor {
    return this.parts.reduce((value, part) => part.run(value, context), x);
  }
}
