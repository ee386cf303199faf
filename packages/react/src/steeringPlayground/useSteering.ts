/** `<SteeringPlayground>` without its looks: a vector from two sets of prompts, and a continuation without and with it. */
import { type ActivationPosition, type SteeringVector, steering, steeringVector } from "@insitu/analysis";
import { type Generating, useGenerate } from "../run/useGenerate.ts";
import { type Run, type RunHookOptions, useRun } from "../run/useRun.ts";

export interface SteeringHookOptions extends RunHookOptions {
  /** Prompts that show what to steer towards, and away from. Blank ones do not count. */
  positive: readonly string[];
  negative: readonly string[];
  /** Where the prompts' activations are taken: "mean", over all tokens, unless given. */
  position?: ActivationPosition | undefined;
  /** A vector of your own, instead of one of the prompts. */
  vector?: SteeringVector | undefined;
  prompt: string;
  layer: number;
  /** What the vector is multiplied by. */
  coefficient: number;
  /** 12 unless given. */
  maxNewTokens?: number | undefined;
}

export interface Steering {
  readonly vector: Run<SteeringVector>;
  /** Made anew only when the prompt changes. */
  readonly plain: Generating;
  readonly steered: Generating;
  /** Ends what is being written; what there is stays. */
  readonly stop: () => void;
}

export function useSteering(options: SteeringHookOptions): Steering {
  const { prompt, layer, coefficient, position = "mean", vector: given, maxNewTokens = 12, enabled = true } = options;
  const [positive, negative] = [options.positive, options.negative].map((set) => set.filter((text) => text.trim()));
  const vector = useRun<SteeringVector>(
    (model, { signal }) =>
      given ?? steeringVector(model, { positive: positive!, negative: negative!, position, signal }),
    [given, given ? "" : JSON.stringify([positive, negative, position])],
    { enabled },
  );
  const plain = useGenerate(prompt, { maxNewTokens }, { enabled });
  const { result } = vector;
  const steered = useGenerate(
    prompt,
    { maxNewTokens },
    {
      body: (model, tracer) => {
        if (result) steering(model, result, { layers: [layer], coefficient })(tracer);
      },
      deps: [result, layer, coefficient],
      enabled: enabled && result !== undefined,
    },
  );
  const stop = () => {
    plain.stop();
    steered.stop();
  };
  return { vector, plain, steered, stop };
}
