/** The whole page: a bar, the column of cells, a panel beside it. */

import { Tooltip } from "radix-ui";
import { type ReactNode, useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { CellList } from "../cells/cellList.tsx";
import type { Command, DialogName, PageActions } from "../cells/commands.ts";
import { NotebookContext, type OpenNotebook } from "../cells/notebookContext.ts";
import { NotebookView } from "../cells/notebookView.ts";
import { useLanguageService } from "../editor/useLanguageService.ts";
import type { AppProps } from "./appProps.ts";
import { CommandPalette } from "./commandPalette.tsx";
import { DropZone } from "./dropZone.tsx";
import { EmptyNotebook } from "./emptyNotebook.tsx";
import { HelpDialog } from "./helpDialog.tsx";
import { insertCode } from "./insertCode.ts";
import { LiveRegion } from "./liveRegion.tsx";
import { NetworkDialog } from "./networkDialog.tsx";
import { NoticeBar } from "./noticeBar.tsx";
import { useProblem } from "./problem.ts";
import { RestartDialog } from "./restartDialog.tsx";
import { ShareDialog } from "./shareDialog.tsx";
import { SidePanel } from "./sidePanel.tsx";
import { TopBar } from "./topBar.tsx";
import { Tour } from "./tour.tsx";
import { TrustBanner } from "./trustBanner.tsx";
import { useFilePicker } from "./useFilePicker.ts";
import { useKeys } from "./useKeys.ts";
import { useOpened } from "./useOpened.ts";
import { useTheme } from "./useTheme.ts";
import "./app.css";

export function App({
  session,
  gallery,
  shelf,
  openers,
  exits,
  preferences,
  pageNotice,
  modelBar,
  moduleTree,
}: AppProps): ReactNode {
  const view = useMemo(() => new NotebookView(session), [session]);
  const service = useLanguageService(session);
  const wishes = useSyncExternalStore(preferences.subscribe, preferences.getState);
  const [dialog, setDialog] = useState<DialogName>();
  const [sheet, setSheet] = useState(false);
  const [touring, setTouring] = useState(!wishes.tourDone);
  /** How often it was asked to save. */
  const [saves, setSaves] = useState(0);
  /** How often running was asked for and refused. */
  const [refused, setRefused] = useState(0);
  const { problem, trying, dismiss } = useProblem();
  const openFile = useCallback((file: File) => trying(openers.file(file)), [openers, trying]);
  const pickFile = useFilePicker(openFile);
  useTheme(wishes.theme);

  const page = useMemo<PageActions>(
    () => ({
      open: setDialog,
      save: () => trying(exits.save().then(() => setSaves((times) => times + 1))),
      toggleLineNumbers: () => preferences.set({ lineNumbers: !preferences.getState().lineNumbers }),
      togglePanel: () => {
        if (isNarrow()) setSheet((open) => !open);
        else preferences.set({ panelOpen: !preferences.getState().panelOpen });
      },
      exportAs: (format) => trying(exits.download(format)),
      importFile: pickFile,
      newNotebook: () => trying(openers.create()),
      startTour: () => setTouring(true),
      mayRun: () => {
        const { trusted } = session.getState();
        if (!trusted) setRefused((times) => times + 1);
        return trusted;
      },
    }),
    [session, exits, preferences, openers, pickFile, trying],
  );
  const open = useMemo<OpenNotebook>(
    () => ({
      session,
      view,
      page,
      lineNumbers: wishes.lineNumbers,
      service,
      perform: (command: Command) => command.run({ view, page }),
    }),
    [session, view, page, service, wishes.lineNumbers],
  );
  useKeys(open);
  useOpened(view);
  const close = () => {
    setDialog(undefined);
    view.choose(view.getState().active);
  };

  return (
    <NotebookContext value={open}>
      <Tooltip.Provider delayDuration={500}>
        <div className="app" data-panel={wishes.panelOpen}>
          <TopBar modelBar={modelBar} preferences={preferences} />
          <main className="app-main" aria-label="Notebook" tabIndex={-1}>
            <div className="app-notices">
              <TrustBanner refused={refused} />
              <NoticeBar problem={problem} onDismiss={dismiss} />
              {pageNotice}
            </div>
            <CellList key={session.getState().notebook.id} empty={<EmptyNotebook />} />
          </main>
          <SidePanel
            open={wishes.panelOpen}
            sheet={sheet}
            onSheet={setSheet}
            gallery={gallery}
            shelf={shelf}
            trying={trying}
            openers={openers}
            moduleTree={moduleTree((code) => insertCode(view, code))}
          />
        </div>
        <LiveRegion saves={saves} />
        <DropZone onFile={openFile} />
        {dialog === "palette" && <CommandPalette onClose={close} />}
        {dialog === "help" && <HelpDialog onClose={close} />}
        {dialog === "share" && <ShareDialog exits={exits} trying={trying} onClose={close} />}
        {dialog === "network" && <NetworkDialog onClose={close} />}
        {dialog === "restart" && <RestartDialog onClose={close} />}
        {touring && (
          <Tour
            onDone={() => {
              setTouring(false);
              preferences.set({ tourDone: true });
            }}
          />
        )}
      </Tooltip.Provider>
    </NotebookContext>
  );
}

const isNarrow = (): boolean => window.matchMedia("(max-width: 60rem)").matches;
