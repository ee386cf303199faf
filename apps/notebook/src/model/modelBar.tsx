/** `<ModelBar>`: which model the page runs, how far it has loaded and on what; behind it, everything one can do with it. */
import "./modelBar.css";
import { ChevronDown, CircleAlert, TriangleAlert } from "lucide-react";
import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";
import { DeviceFacts } from "./deviceFacts.tsx";
import { KeptModels } from "./keptModels.tsx";
import { LoadForm } from "./loadForm.tsx";
import { LoadingNow } from "./loadingNow.tsx";
import { LoadProblem } from "./loadProblem.tsx";
import { loadedShare, shortProgress } from "./loadText.ts";
import { TINY } from "./modelName.ts";
import type { ModelState, Models } from "./modelState.ts";
import { useModels } from "./useModels.ts";

export function ModelBar({ models }: { models: Models }): ReactNode {
  const state = useModels(models);
  const [open, setOpen] = useState(false);
  const { status, error, model } = state;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="model-chip" data-status={status} aria-label={`Model: ${described(state)}`}>
        <Mark state={state} />
        <span className="model-chip-text">
          <span className="model-chip-name">{chipName(state)}</span>{" "}
          <span className="model-chip-note">{note(state)}</span>
        </span>
        <ChevronDown className="model-chip-arrow" size={16} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="model-panel" align="start" sideOffset={8} collisionPadding={8} aria-label="Model">
          {status === "loading" && <LoadingNow state={state} onCancel={() => models.cancel()} />}
          {status === "error" && error && <LoadProblem error={error} onRetry={() => void models.reload()} />}
          {model && <DeviceFacts state={state} />}
          <LoadForm models={models} />
          <KeptModels
            status={status}
            onUse={(name, revision) => void models.load(name, revision ? { revision } : {})}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A ring while it loads, a dot or a sign else. */
function Mark({ state }: { state: ModelState }): ReactNode {
  const { status, device } = state;
  if (status === "error") return <CircleAlert className="model-mark" size={18} aria-hidden="true" />;
  if (device?.software) return <TriangleAlert className="model-mark" size={18} aria-hidden="true" />;
  return (
    <svg className="model-mark" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <circle cx="10" cy="10" r="7.5" pathLength="100" className="model-ring" />
      {status === "loading" && (
        <circle
          cx="10"
          cy="10"
          r="7.5"
          pathLength="100"
          className="model-ring-done"
          strokeDasharray={`${100 * loadedShare(state.progress)} 100`}
        />
      )}
      {status === "ready" && <circle cx="10" cy="10" r="4" className="model-ready" />}
    </svg>
  );
}

const chipName = ({ name, status }: ModelState) =>
  name === "" || status === "idle" ? "No model" : name === TINY ? "weights/tiny" : name;

function note({ status, progress, device }: ModelState): string {
  if (status === "loading") return shortProgress(progress);
  if (status === "error") return "could not be loaded";
  if (status === "idle" || !device) return "pick one";
  return device.software ? `${device.adapter} — software: this is not a GPU` : device.adapter;
}

/** Begins with what is written, for those who speak to the page; who listens to it is not told each byte. */
const described = (state: ModelState) =>
  state.status === "loading" ? `${chipName(state)} loading` : `${chipName(state)} ${note(state)}`;
