/** A dialog in the page's look. Where the focus goes afterwards is the page's business: back to the active cell. */
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import "./dialog.css";

export interface DialogProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, about, wide = false, onClose, children }: DialogProps): ReactNode {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="app-overlay" />
        <Radix.Content
          className="app-dialog"
          data-wide={wide}
          {...(about ? {} : { "aria-describedby": undefined })}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            const content = event.currentTarget as HTMLElement;
            (content.querySelector<HTMLElement>("[data-first]") ?? content).focus();
          }}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <header>
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close className="app-icon" aria-label="Close">
              <X size={16} aria-hidden />
            </Radix.Close>
          </header>
          {about && <Radix.Description className="app-muted">{about}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
