/** A load under way, and its end. */
import { describeProgress } from "insitu/progress";
import type { ReactNode } from "react";
import { loadedShare } from "./loadText.ts";
import type { ModelState } from "./modelState.ts";

export function LoadingNow({ state, onCancel }: { state: ModelState; onCancel: () => void }): ReactNode {
  const { name, progress } = state;
  const share = loadedShare(progress);
  return (
    <section className="model-part" aria-label="Loading">
      <h3>Loading {name}</h3>
      <div
        className="model-track"
        role="progressbar"
        aria-label={`Loading ${name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
      >
        <div style={{ inlineSize: `${100 * share}%` }} />
      </div>
      <div className="model-row">
        <p className="model-progress">{progress ? describeProgress(progress) : "Starting the engine"}</p>
        <button type="button" className="model-button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </section>
  );
}
