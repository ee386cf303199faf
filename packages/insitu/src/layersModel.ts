import { encodeData, type Invoke, type LayersArtifacts, type ModelSettings, PromptError } from "@insitu/program";
import { EngineClient } from "./engineClient.ts";
import type { LoadOptions } from "./languageModel.ts";
import { ModelCore } from "./modelCore.ts";
import { addressOf } from "./modelSource.ts";
import { type ConstantLike, shapedConstant } from "./operand.ts";
import { type Body, TracedModel, withTree } from "./tracedModel.ts";
import type { Value } from "./value.ts";
import { startWorker } from "./worker.ts";

/** What a LayersModel runs on: a tensor with rows first, or one for each of its inputs. */
export type LayersInput = ConstantLike | { readonly inputs: readonly ConstantLike[] };

/** A layer as it is traced: by its name, `model.dense_1`. */
export interface LayerHandle {
  /** Calls a layer that works row by row on a value, without its hooks. */
  (x: Value | ConstantLike): Value;
  readonly path: string;
  input: Value;
  output: Value;
  readonly inputs: [Value[], Record<string, never>];
  skip(value: Value | ConstantLike): void;
  /** Parameters (`kernel`, `bias`), and the layers of a nested model. */
  readonly [name: string]: unknown;
}

/** A tf.LayersModel with its layers by name. */
export type TracedLayersModel = LayersModel & { readonly [layer: string]: LayerHandle };

/** Any tf.LayersModel in a worker, traced as a language model is: nnsight's `NNsight(model)`. */
export class LayersModel extends TracedModel<LayersInput> {
  private constructor(core: ModelCore, edits: readonly Body<void, LayersInput>[] = []) {
    super(core, edits);
  }

  /**
   * Loads a tf.LayersModel into a worker.
   * @param source The URL of its model.json, or a path on this server; shards stand beside it. Or the model
   *   itself, as data: the artifacts that `model.save(tf.io.withSaveHandler(…))` gives. They are copied.
   * @throws CheckpointError, BackendError, WorkerError
   */
  static async load(
    source: string | LayersArtifacts,
    options: Omit<LoadOptions, keyof ModelSettings | "revision" | "token" | "signal"> = {},
  ): Promise<TracedLayersModel> {
    const { backend = "auto", onProgress, engine, rename } = options;
    const client = new EngineClient(engine ?? startWorker());
    try {
      const { modelTopology, weightSpecs, weightData } = Object(source) as LayersArtifacts;
      const from =
        typeof source === "string"
          ? { base: addressOf(source) }
          : { artifacts: { modelTopology, weightSpecs, weightData } };
      const { spec, device } = await client.load({ kind: "layers", ...from, backend, settings: {} }, { onProgress });
      const dtypes = (spec.inputs ?? []).map(({ dtype }) => dtype);
      const toInvoke = (input: unknown): Invoke => {
        const list = isMany(input) ? input.inputs : [input as ConstantLike];
        if ((input ?? null) === null) throw new PromptError("There is no input.", "Pass a tensor to trace.");
        return {
          ids: [],
          tensors: list.map((tensor, i) => {
            const { data, type } = shapedConstant(tensor, undefined, dtypes[i]);
            return { dtype: type.dtype, shape: [...type.shape], data: encodeData(data) };
          }),
        };
      };
      const core = await ModelCore.of(client, () => new ModelCore(client, spec, device, toInvoke, rename));
      return withTree(new LayersModel(core)) as TracedLayersModel;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  protected override withEdits(edits: readonly Body<void, LayersInput>[]): this {
    return withTree(new LayersModel(this.core, edits)) as this;
  }
}

const isMany = (input: unknown): input is { inputs: readonly ConstantLike[] } => Array.isArray(Object(input).inputs);
