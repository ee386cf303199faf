/** The bar: whose page it is, the notebook's title, what runs, the model, and a menu of the rest. */
import {
  CircleHelp,
  CloudAlert,
  CloudCheck,
  CloudUpload,
  PanelRight,
  Play,
  RotateCcw,
  Share2,
  Square,
} from "lucide-react";
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { commandNamed, hintOf } from "../cells/commands.ts";
import { useNotebook, useSessionPart } from "../cells/notebookContext.ts";
import type { PreferenceStore } from "./appProps.ts";
import { Brand } from "./brand.tsx";
import { MainMenu } from "./mainMenu.tsx";
import { ORDERED } from "./ordered.ts";
import { TitleField } from "./titleField.tsx";
import "./topBar.css";

export function TopBar({ modelBar, preferences }: { modelBar: ReactNode; preferences: PreferenceStore }): ReactNode {
  const sandbox = useSessionPart((state) => state.sandbox);
  return (
    <header className="app-bar">
      <Brand />
      <TitleField />
      <SavedState />
      <div className="app-bar-run" data-sandbox={sandbox}>
        <BarButton command="runAll" text="Run all" about={ORDERED}>
          <Play size={15} aria-hidden />
        </BarButton>
        <BarButton command="interrupt" disabled={sandbox !== "busy"}>
          <Square size={14} aria-hidden />
        </BarButton>
        <BarButton command="restart">
          <RotateCcw size={15} aria-hidden />
        </BarButton>
      </div>
      <div className="app-bar-model">{modelBar}</div>
      <div className="app-bar-end">
        <BarButton command="share" spare>
          <Share2 size={15} aria-hidden />
        </BarButton>
        <BarButton command="help" spare>
          <CircleHelp size={16} aria-hidden />
        </BarButton>
        <MainMenu preferences={preferences} />
        <BarButton command="panel" mark="panel">
          <PanelRight size={16} aria-hidden />
        </BarButton>
      </div>
    </header>
  );
}

interface BarButtonProps {
  readonly command: string;
  readonly text?: string;
  readonly about?: string;
  readonly disabled?: boolean;
  /** In the menu as well: left out where there is little room. */
  readonly spare?: boolean;
  readonly mark?: string;
  readonly children: ReactNode;
}

function BarButton({ command: id, text, about, disabled, spare, mark, children }: BarButtonProps): ReactNode {
  const { perform } = useNotebook();
  const { label } = commandNamed(id);
  const hint = hintOf(id);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className="app-tool"
          aria-label={label}
          disabled={disabled}
          data-spare={spare}
          data-tour={mark}
          onClick={() => perform(commandNamed(id))}
        >
          {children}
          {text && <span>{text}</span>}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="app-tip" sideOffset={6}>
          {label}
          {hint && <kbd>{hint}</kbd>}
          {about && <p>{about}</p>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

const SAVED = {
  saved: { Icon: CloudCheck, text: "Kept in this browser" },
  saving: { Icon: CloudUpload, text: "Saving" },
  failed: { Icon: CloudAlert, text: "Not saved: download it to keep it" },
} as const;

function SavedState(): ReactNode {
  const saved = useSessionPart((state) => state.saved);
  const { Icon, text } = SAVED[saved];
  return (
    <span className="app-saved" title={text} data-state={saved}>
      <Icon size={15} aria-hidden />
      <span className="app-unseen">{text}</span>
    </span>
  );
}
