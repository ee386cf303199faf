import {
  type Backend,
  BackendError,
  type DeviceInfo,
  type EngineMemory,
  type GPT2LanguageModel,
  LanguageModel,
} from "insitu";
import { defineProgressElement, ProgressElement } from "insitu/progress";
import { formatBytes } from "./format.ts";
import { showProblem, toProblem } from "./problem.ts";
import type { Address } from "./settings.ts";

/** The model at the top of the page: it loads, it is there, or it could not be loaded. */
export class ModelView {
  private readonly memory = document.createElement("span");

  constructor(
    private readonly root: HTMLElement,
    private readonly address: Address,
  ) {}

  /** Loads the model, showing how far it is. Undefined where it failed, with `retry` behind a button. */
  async load(retry: () => void): Promise<GPT2LanguageModel | undefined> {
    defineProgressElement();
    const progress = new ProgressElement();
    this.root.replaceChildren(progress);
    try {
      const model = await LanguageModel.load(this.address.model, {
        // Whatever the address asks for: the engine says which backends there are.
        backend: this.address.backend as Backend,
        onProgress: (p) => progress.show(p),
      });
      const memory = await model.memory();
      this.showModel(model);
      this.showMemory(memory);
      return model;
    } catch (error) {
      this.showFailure(error, retry);
      return undefined;
    }
  }

  /** A model that cannot go on (its device was lost, its worker died) is loaded again by hand. */
  showFailure(error: unknown, retry: () => void): void {
    const failure = document.createElement("div");
    failure.className = "failure";
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Try again";
    button.addEventListener("click", retry);
    failure.append(text, button);
    this.root.replaceChildren(failure);
    showProblem(text, toProblem(error));
    if (error instanceof BackendError && this.address.backend !== "wasm") text.append(" ", wasmLink());
  }

  showMemory({ numBytes, numTensors }: EngineMemory): void {
    this.memory.textContent = `${formatBytes(numBytes)} in ${numTensors} tensors`;
  }

  private showModel({ device, transformer }: GPT2LanguageModel): void {
    const facts = document.createElement("dl");
    const name = this.address.model.replace(/\/+$/, "").split("/").at(-1) ?? this.address.model;
    for (const [term, value] of [
      ["Model", `${name}, ${transformer.h.length} layers`],
      ["Runs on", describeDevice(device)],
      ["Memory", this.memory],
    ] as const) {
      const group = document.createElement("div");
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = term;
      dd.append(value);
      group.append(dt, dd);
      facts.append(group);
    }
    this.root.replaceChildren(facts);
    if (device.notice) {
      const notice = document.createElement("p");
      notice.className = "notice";
      notice.textContent = device.notice;
      this.root.append(notice);
    }
  }
}

/** What the remedy comes to on this page: the same address with the backend that runs everywhere. */
function wasmLink(): HTMLAnchorElement {
  const link = document.createElement("a");
  const query = new URLSearchParams(location.search);
  query.set("backend", "wasm");
  link.href = `?${query}`;
  link.textContent = "Run it on wasm";
  return link;
}

function describeDevice({ backend, adapter, software }: DeviceInfo): string {
  const names = adapter.startsWith(backend) ? adapter : `${backend}, ${adapter}`;
  return software && backend === "webgpu" ? `${names} (software: this is not a GPU)` : names;
}
