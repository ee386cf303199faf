import type { Labelled } from "@insitu/analysis";
import type { GPT2LanguageModel } from "insitu";

/** Bytes of patterns that are kept: those of a long prompt are large. */
const ROOM = 64 * 2 ** 20;

/** The patterns of one prompt that were read, by layer; those longest unused go first. */
export class PatternCache {
  private model: GPT2LanguageModel | undefined;
  private prompt: string | undefined;
  private readonly layers = new Map<number, Labelled>();

  get(model: GPT2LanguageModel, prompt: string, layer: number): Labelled | undefined {
    return model === this.model && prompt === this.prompt ? this.layers.get(layer) : undefined;
  }

  set(model: GPT2LanguageModel, prompt: string, layer: number, pattern: Labelled): void {
    if (model !== this.model || prompt !== this.prompt) this.layers.clear();
    this.model = model;
    this.prompt = prompt;
    this.layers.delete(layer);
    this.layers.set(layer, pattern);
    let bytes = [...this.layers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    for (const [oldest, { data }] of this.layers) {
      if (bytes <= ROOM || oldest === layer) break;
      this.layers.delete(oldest);
      bytes -= data.byteLength;
    }
  }
}
