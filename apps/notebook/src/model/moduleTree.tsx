/** `<ModuleTree>`: the loaded model's modules; what is taken from it is inserted into a cell. */
import "./moduleTree.css";
import { InsituProvider, ModelTree, type ModelTreeItem } from "@insitu/react";
import { type ReactNode, useState } from "react";
import type { Models } from "./modelState.ts";
import { placeSnippets } from "./placeSnippets.ts";
import { useModels } from "./useModels.ts";

interface Props {
  models: Models;
  /** Given a path, `model.transformer.h[0].attn.source.pattern`, or a line of code with it. */
  onInsert: (code: string) => void;
}

export function ModuleTree({ models, onInsert }: Props): ReactNode {
  const { model, status } = useModels(models);
  const [selected, setSelected] = useState<ModelTreeItem | undefined>(undefined);
  if (!model)
    return (
      <p className="tree-empty">
        {status === "loading" ? "The modules show once the model is loaded." : "Load a model to see its modules."}
      </p>
    );
  return (
    <div className="tree-panel">
      <InsituProvider model={model}>
        <ModelTree
          key={model.spec.modules.length}
          onSelect={(_, item) => setSelected(item)}
          onActivate={({ code }) => onInsert(code)}
        />
      </InsituProvider>
      {selected ? (
        <ul className="tree-snippets" aria-label="Insert into the cell">
          {placeSnippets(selected).map(({ does, code }) => (
            <li key={does}>
              <div>
                <span>{does}</span>
                <code>{code}</code>
              </div>
              <button type="button" className="tree-insert" onClick={() => onInsert(code)}>
                Insert<span className="tree-hidden"> to {does.toLowerCase()}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="tree-empty">Enter inserts where the cursor is.</p>
      )}
    </div>
  );
}
