/** A model from the reader's own disk: its files, its folder, or either dropped here. */
import { type ReactNode, useId, useState } from "react";

interface Props {
  onFiles: (files: readonly File[] | FileSystemDirectoryHandle) => void;
}

type DirectoryPicker = { showDirectoryPicker?: () => Promise<FileSystemDirectoryHandle> };

export function FilePicker({ onFiles }: Props): ReactNode {
  const id = useId();
  const [over, setOver] = useState(false);
  const pick = (globalThis as DirectoryPicker).showDirectoryPicker;
  return (
    // Dropping has its keys: the buttons within.
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div
      className="model-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void dropped(event.dataTransfer).then((files) => files && onFiles(files));
      }}
    >
      <span id={id}>From this machine: config.json, model.safetensors, tokenizer.json</span>
      <div className="model-row">
        <label className="model-button">
          Files …
          <input
            type="file"
            multiple
            className="model-file"
            aria-label="Files of a model"
            aria-describedby={id}
            onChange={({ target }) => {
              const files = Array.from(target.files ?? []);
              // The same files may be picked again.
              target.value = "";
              if (files.length > 0) onFiles(files);
            }}
          />
        </label>
        {pick && (
          <button
            type="button"
            className="model-button"
            aria-describedby={id}
            // Rejects where the reader picks none.
            onClick={() => void pick.call(globalThis).then(onFiles, () => {})}
          >
            Folder …
          </button>
        )}
        <span className="model-quiet">or drop them here</span>
      </div>
    </div>
  );
}

/** A dropped folder where the browser gives its handle, else the files. */
async function dropped(data: DataTransfer): Promise<readonly File[] | FileSystemDirectoryHandle | undefined> {
  const files = Array.from(data.files);
  const first = data.items[0] as
    | (DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> })
    | undefined;
  const handle = await first?.getAsFileSystemHandle?.();
  if (handle?.kind === "directory") return handle as FileSystemDirectoryHandle;
  return files.length > 0 ? files : undefined;
}
