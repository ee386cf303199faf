/** A quiet button beside an output: the ways to take it out of the page. */
import { Download } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { type ReactNode, useState } from "react";
import { type ExportFormat, exportAs, formatsOf } from "./exports/exportAs.ts";
import type { Output } from "./output.ts";

export function ExportMenu({ output }: { output: Output }): ReactNode {
  const [problem, setProblem] = useState<string>();
  const formats = formatsOf(output);
  if (formats.length === 0) return null;
  const take = async (format: ExportFormat) => {
    const file = await exportAs(output, format);
    setProblem(file ? undefined : `This is too much for ${format}: take a slice of it, or npy.`);
    if (file) download(file);
  };
  return (
    <div className="out-export">
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="out-icon" aria-label="Export this result" title="Export">
          <Download size={14} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="app-menu" align="end" sideOffset={4}>
            {formats.map((format) => (
              <DropdownMenu.Item key={format} className="app-menu-item" onSelect={() => void take(format)}>
                {format}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {problem && (
        <p className="out-note" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function download(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  // The download has begun by then, and holds on to it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
