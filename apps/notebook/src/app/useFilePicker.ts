import { useCallback } from "react";

/** Asks for a notebook file. */
export function useFilePicker(onFile: (file: File) => void): () => void {
  return useCallback(() => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".md,.ipynb";
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) onFile(file);
    });
    input.click();
  }, [onFile]);
}
