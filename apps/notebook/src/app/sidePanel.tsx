/** Beside the cells: the gallery, the model's modules, the notebooks kept here. A sheet where there is little room. */
import { X } from "lucide-react";
import { Dialog, Tabs } from "radix-ui";
import { type ReactNode, useSyncExternalStore } from "react";
import type { GalleryCard, Openers, Shelf } from "./appProps.ts";
import { GalleryPanel } from "./galleryPanel.tsx";
import { NotebooksPanel } from "./notebooksPanel.tsx";
import "./sidePanel.css";

export interface SidePanelProps {
  readonly open: boolean;
  /** Open as a sheet; only where there is little room. */
  readonly sheet: boolean;
  readonly onSheet: (open: boolean) => void;
  readonly gallery: readonly GalleryCard[];
  readonly shelf: Shelf;
  readonly openers: Openers;
  readonly trying: (work: Promise<unknown>) => void;
  readonly moduleTree: ReactNode;
}

export function SidePanel(props: SidePanelProps): ReactNode {
  const narrow = useNarrow();
  if (!narrow)
    return props.open ? (
      <aside className="app-panel" aria-label="Gallery, modules, notebooks">
        <PanelTabs {...props} />
      </aside>
    ) : null;
  const shut = () => props.onSheet(false);
  return (
    <Dialog.Root open={props.sheet} onOpenChange={props.onSheet}>
      <Dialog.Portal>
        <Dialog.Overlay className="app-overlay" />
        <Dialog.Content className="app-sheet" aria-describedby={undefined}>
          <Dialog.Title className="app-unseen">Gallery, modules, notebooks</Dialog.Title>
          <Dialog.Close className="app-icon app-sheet-close" aria-label="Close">
            <X size={16} aria-hidden />
          </Dialog.Close>
          <PanelTabs {...props} onOpened={shut} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PanelTabs({
  gallery,
  shelf,
  openers,
  trying,
  moduleTree,
  onOpened,
}: SidePanelProps & { onOpened?: () => void }): ReactNode {
  return (
    <Tabs.Root defaultValue="gallery" className="app-tabs">
      <Tabs.List className="app-tablist" aria-label="Panel">
        <Tabs.Trigger value="gallery" data-tour="gallery">
          Gallery
        </Tabs.Trigger>
        <Tabs.Trigger value="modules" data-tour="modules">
          Modules
        </Tabs.Trigger>
        <Tabs.Trigger value="notebooks">Notebooks</Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="gallery" className="app-tab">
        <GalleryPanel
          cards={gallery}
          onOpen={(slug) => {
            onOpened?.();
            trying(openers.gallery(slug));
          }}
        />
      </Tabs.Content>
      <Tabs.Content value="modules" className="app-tab">
        {moduleTree}
      </Tabs.Content>
      <Tabs.Content value="notebooks" className="app-tab">
        <NotebooksPanel shelf={shelf} openers={openers} trying={trying} onOpened={onOpened} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

const query = "(max-width: 60rem)";

const useNarrow = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
