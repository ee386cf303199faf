import { test } from "@playwright/test";
import type { DeviceInfo, GPT2LanguageModel } from "insitu";

export function describeDevice({ backend, adapter, software }: DeviceInfo): string {
  return `${backend}, ${adapter}${software && backend === "webgpu" ? " (software: this is not a GPU)" : ""}`;
}

/** The model, which tells the report of every test that uses it what it ran on. */
export function noteDevice<M extends GPT2LanguageModel>(model: M): M {
  const description = describeDevice(model.device);
  return new Proxy(model, {
    get(target, key) {
      note(description);
      return Reflect.get(target, key);
    },
  });
}

function note(description: string): void {
  const annotations = currentAnnotations();
  if (annotations && !annotations.some((a) => a.type === "insitu" && a.description === description))
    annotations.push({ type: "insitu", description });
}

/** Undefined outside of a test. */
function currentAnnotations() {
  try {
    return test.info().annotations;
  } catch {
    return undefined;
  }
}
