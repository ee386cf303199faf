/** A probe that has been fitted: its directions, how good they are, and what they say of other prompts. */
import type { GPT2LanguageModel } from "insitu";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { layerLabels } from "../shared/modelShape.ts";
import { type Prompts, promptLabels } from "../shared/prompts.ts";
import { oneRequest, type RunOptions } from "../shared/request.ts";
import type { Site } from "../shared/sites.ts";
import { type ActivationPosition, placeOf, promptsAt, recordEach } from "./activations.ts";
import { type Logistic, logitOf } from "./logisticRegression.ts";
import { SteeringVector } from "./steeringVector.ts";

export interface ProbeAccuracy {
  /** The part of prompts that planes fitted without them judge right, [layer]. */
  heldOut: Labelled;
  /** The same in each fold, [layer, fold]. */
  folds: Labelled;
  /** The part of prompts that the plane fitted on all of them judges right, [layer]. */
  trained: Labelled;
  /** What always naming the larger class would have. */
  chance: number;
}

export interface Prediction {
  /** Of `positive`, 0 to 1, [prompt, layer]. */
  probability: Labelled;
  /** w·x + b, [prompt, layer]. */
  logit: Labelled;
}

export class Probe {
  /** Unit vectors towards `positive`, [layer, feature]; they steer as they are. */
  readonly vector: SteeringVector;
  /** |w| of each layer: logits are |w| · (direction · x) + bias. */
  readonly scales: Labelled;
  /** b of each layer. */
  readonly biases: Labelled;

  constructor(
    /** Where it reads. */
    readonly place: { site: Site; position: ActivationPosition; layers: readonly number[] },
    private readonly planes: readonly Logistic[],
    readonly accuracy: ProbeAccuracy,
  ) {
    const axis = { name: "layer", labels: layerLabels(place.layers) };
    const norms = planes.map(({ weights }) => Math.hypot(...weights));
    this.scales = labelled("|w|", [axis], norms);
    this.biases = labelled(
      "bias",
      [axis],
      planes.map(({ bias }) => bias),
    );
    this.vector = SteeringVector.of(
      "direction of a probe",
      place.site,
      place.layers,
      planes.map(({ weights }, layer) => weights.map((x) => x / (norms[layer] || 1))),
    );
  }

  /** The layer of the best held-out accuracy, the first of equals. */
  get best(): number {
    const { data } = this.accuracy.heldOut;
    return this.place.layers[data.indexOf(Math.max(...data))] as number;
  }

  /**
   * What it says of other prompts, of any lengths. One request.
   * @throws PromptError for one too short for the probe's position; ArgumentError where the model has no such layer.
   */
  async predict(model: GPT2LanguageModel, prompts: Prompts, options: RunOptions = {}): Promise<Prediction> {
    const place = placeOf(model, this.place);
    const groups = promptsAt(model, prompts, place, "prompt");
    const read = await oneRequest(model, options, (request) => recordEach(request, groups, place, options.chunkBytes));
    const names = new Array<string>(groups[0]!.total);
    for (const group of groups) {
      const labels = promptLabels(model, group);
      for (const [i, prompt] of group.at.entries()) names[prompt] = labels[i] as string;
    }
    const layers = this.planes.map((plane, layer) => {
      const x = read(layer);
      return names.map((_, prompt) => logitOf(plane, x, prompt));
    });
    const axes = [
      { name: "prompt", labels: names },
      { name: "layer", labels: layerLabels(this.place.layers) },
    ];
    const logits = names.flatMap((_, prompt) => layers.map((layer) => layer[prompt] as number));
    return {
      probability: labelled(
        "probability",
        axes,
        logits.map((z) => 1 / (1 + Math.exp(-z))),
      ),
      logit: labelled("logit", axes, logits),
    };
  }
}
