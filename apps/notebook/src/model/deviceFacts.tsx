/** Where the model runs and what it takes; that an adapter is no GPU is never left out. */
import { formatBytes } from "insitu/progress";
import type { ReactNode } from "react";
import type { ModelState } from "./modelState.ts";

export function DeviceFacts({ state }: { state: ModelState }): ReactNode {
  const { device, memory, model, name } = state;
  if (!device || !model) return null;
  const gpu = memory?.numBytesAllocatedInGPU ?? 0;
  return (
    <section className="model-part" aria-label="Loaded">
      <h3>{name}</h3>
      <dl className="model-facts">
        <dt>Device</dt>
        <dd>
          {device.backend === device.adapter ? device.backend : `${device.backend}, ${device.adapter}`}
          {device.weights === "float16" && ", weights in float16"}
        </dd>
        {memory && (
          <>
            <dt>Memory</dt>
            <dd>
              {formatBytes(memory.numBytes)} in {memory.numTensors} tensors
              {gpu > 0 && `, ${formatBytes(gpu)} of the GPU`}
            </dd>
          </>
        )}
      </dl>
      {device.software && (
        <p className="model-warning">{device.adapter} — software: this is not a GPU. It works, and is slow.</p>
      )}
      {device.notice && <p className="model-warning">{device.notice}</p>}
    </section>
  );
}
