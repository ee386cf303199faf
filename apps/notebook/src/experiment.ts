import { ArgumentError, type GPT2LanguageModel, type Prompt, type Tensor, type Value } from "insitu";
import { EDITS, hasSecondPrompt } from "./edits.ts";
import { activation, target } from "./places.ts";
import type { Field, Settings } from "./settings.ts";

export interface Prediction {
  id: number;
  token: string;
  probability: number;
  /** What the same token had without the edit. */
  before: number;
}

/** What one trace gave, and what it took. */
export interface Predictions {
  rows: Prediction[];
  /** Shapes of what left the worker, by name. */
  saved: Record<string, readonly number[]>;
  bytes: number;
  milliseconds: number;
}

/** A problem and the field that it belongs to. */
export class FieldError extends Error {
  constructor(
    readonly field: Field,
    override readonly cause: unknown,
  ) {
    super(String(cause));
  }
}

/** Runs experiments on one model. */
export class Experimenter {
  /** What depends on the prompt alone is run once for a prompt. */
  private clean: { prompt: string; predictions: Predictions } | undefined;

  constructor(private readonly model: GPT2LanguageModel) {}

  /** What the model says by itself. @throws FieldError */
  async before({ prompt }: Settings): Promise<Predictions> {
    if (this.clean?.prompt === prompt) return this.clean.predictions;
    const predictions = await by("prompt", () => this.predict(prompt, () => {}));
    this.clean = { prompt, predictions };
    return predictions;
  }

  /**
   * What it says with the edit, compared with `before`.
   * @throws FieldError; the signal's reason between two traces, once a newer run supersedes this one.
   */
  async after(settings: Settings, before: Predictions, signal: AbortSignal): Promise<Predictions> {
    if (settings.edit === "none") return before;
    const there = hasSecondPrompt(settings) ? await this.secondPrompt(settings) : undefined;
    signal.throwIfAborted();
    const after = await this.withEdit(settings, there);
    signal.throwIfAborted();
    await this.addBefore(settings.prompt, before, after);
    return after;
  }

  /** The second prompt's activation at its last token: [width]. */
  private secondPrompt(settings: Settings): Promise<Tensor> {
    return by("towards", () =>
      this.model.trace(settings.towards, () => activation(settings).value(this.model).at(0, -1).save()),
    );
  }

  private withEdit(settings: Settings, there: Tensor | undefined): Promise<Predictions> {
    const edit = EDITS[settings.edit];
    return by("edit", async () => {
      if (edit.uses.includes("factor") && !Number.isFinite(settings.factor)) {
        throw new ArgumentError("The factor is not a number.", "Type one, such as 0.5 or -2.");
      }
      const after = await this.predict(settings.prompt, () =>
        edit.apply(target(settings).value(this.model), settings, there as Tensor),
      );
      if (after.rows.some(({ probability }) => !Number.isFinite(probability))) {
        throw new ArgumentError("With this edit the model's numbers overflow.", "Make it smaller.");
      }
      return after;
    });
  }

  /** The ten most likely next tokens: twenty numbers leave the worker, not the whole vocabulary. */
  private async predict(prompt: Prompt, edit: () => void): Promise<Predictions> {
    const start = performance.now();
    const tensors = await this.model.trace(prompt, () => {
      edit();
      const { values, indices } = this.nextToken().topk(10);
      return { values: values.save(), indices: indices.save() };
    });
    const milliseconds = performance.now() - start;
    const rows = Array.from(tensors.indices.data, (id, i): Prediction => {
      const probability = tensors.values.data[i] ?? Number.NaN;
      return { id, token: this.model.tokenizer.decode([id]), probability, before: probability };
    });
    const named = Object.entries(tensors);
    return {
      rows,
      milliseconds,
      saved: Object.fromEntries(named.map(([name, { shape }]) => [name, shape])),
      bytes: named.reduce((sum, [, { data }]) => sum + data.byteLength, 0),
    };
  }

  /** Fills in what the edited run's tokens had without the edit; those of the first ten are known. */
  private async addBefore(prompt: string, before: Predictions, after: Predictions): Promise<void> {
    const known = new Map(before.rows.map(({ id, probability }) => [id, probability]));
    const ids = after.rows.map(({ id }) => id).filter((id) => !known.has(id));
    if (ids.length > 0) {
      const { data } = await by("prompt", () => this.model.trace(prompt, () => this.nextToken().at(ids).save()));
      ids.forEach((id, i) => {
        known.set(id, data[i] ?? Number.NaN);
      });
    }
    for (const row of after.rows) row.before = known.get(row.id) ?? row.probability;
  }

  /** Every token's probability to come next: [vocabulary]. */
  private nextToken(): Value {
    return this.model.lm_head.output.at(0, -1).softmax();
  }
}

/** Says of what goes wrong which field it belongs to. */
async function by<T>(field: Field, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FieldError(field, error);
  }
}
