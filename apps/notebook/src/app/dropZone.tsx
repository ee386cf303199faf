/** A file dropped anywhere on the page is opened as a notebook. */
import { FileDown } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";

export function DropZone({ onFile }: { onFile: (file: File) => void }): ReactNode {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const isNotebook = (event: DragEvent) =>
      event.dataTransfer?.types.includes("Files") && !(event.target as Element).closest?.("[role=dialog]");
    const drag = (event: DragEvent) => {
      if (!isNotebook(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (!file || !isNotebook(event)) return;
      event.preventDefault();
      onFile(file);
    };
    document.addEventListener("dragover", drag);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", drag);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, [onFile]);
  if (!over) return null;
  return (
    <div className="app-drop" aria-hidden>
      <FileDown size={28} />
      <p>Drop a notebook (.insitu.md or .ipynb). Nothing of it runs before you say so.</p>
    </div>
  );
}
