import { LanguageModel } from "insitu";

const PROMPT = "The Eiffel Tower is in the city of";
const result = document.getElementById("result");
const backend = new URLSearchParams(location.search).get("backend") ?? "webgpu";

try {
  const model = await LanguageModel.load("/weights/tiny", { backend });
  const { id } = await model.trace(PROMPT, () => ({ id: model.lm_head.output.at(0, -1).argMax().save() }));
  const failed = await model.trace(PROMPT, () => model.lm_head.output.at(0, 99).save()).catch((error) => error);
  result.textContent = JSON.stringify({
    backend: model.device.backend,
    next: model.tokenizer.decode([id.item()]),
    line: failed.line,
    isolated: crossOriginIsolated,
  });
} catch (error) {
  result.textContent = String(error);
}
