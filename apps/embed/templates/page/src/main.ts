import { logitLens, topTokens } from "@insitu/analysis";
import { type Backend, LanguageModel } from "insitu";

const PROMPT = "The Eiffel Tower is in the city of";
const result = document.getElementById("result") as HTMLElement;
const backend = (new URLSearchParams(location.search).get("backend") ?? "webgpu") as Backend;

try {
  const model = await LanguageModel.load("/weights/tiny", { backend });
  const { logits, pattern } = await model.trace(PROMPT, () => ({
    logits: model.lm_head.output.at(0, -1).save(),
    pattern: model.transformer.h[1].attn.source.pattern.save(),
  }));
  const best = logits.data.indexOf(Math.max(...logits.data));
  const [top] = await topTokens(model, PROMPT, { k: 1 });
  const lens = await logitLens(model, PROMPT);
  result.textContent = JSON.stringify({
    backend: model.device.backend,
    next: model.tokenizer.decode([best]),
    top: top?.token,
    pattern: pattern.shape,
    layers: lens !== undefined,
  });
  let line: string | undefined;
  await model
    .trace(PROMPT, () => model.lm_head.output.at(0, 99).save())
    .catch((error) => {
      line = error.line;
    });
  result.dataset["line"] = line;
} catch (error) {
  result.textContent = String(error);
}
