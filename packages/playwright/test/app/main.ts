/** An app under test, which knows nothing of this package: shows what comes after the prompt in its field. */
import { type Backend, LanguageModel } from "insitu";

const input = document.querySelector("input") as HTMLInputElement;
const output = document.querySelector("output") as HTMLOutputElement;
const backend = (new URLSearchParams(location.search).get("backend") ?? "auto") as Backend;

const model = await LanguageModel.load("/weights/tiny", { backend });

async function show(): Promise<void> {
  const prompt = input.value;
  const { token } = await model.trace(prompt, () => ({ token: model.lm_head.output.at(0, -1).argMax().save() }));
  if (prompt !== input.value) return;
  output.textContent = model.tokenizer.decode(token);
  output.dataset["prompt"] = prompt;
}

input.addEventListener("input", show);
await show();
