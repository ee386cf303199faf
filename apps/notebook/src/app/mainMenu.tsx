/** What has no place in the bar; at phone width, all of it. */
import { Ellipsis } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { Fragment, type ReactNode, useSyncExternalStore } from "react";
import { commandNamed, hintOf } from "../cells/commands.ts";
import { useNotebook } from "../cells/notebookContext.ts";
import type { PreferenceStore, Theme } from "./appProps.ts";

const ROWS = [
  ["new", "import", "share", "exportInsitu", "exportIpynb"],
  ["runAll", "interrupt", "restart", "clearOutputs"],
  ["undo", "foldAll", "lineNumbers"],
  ["network", "palette", "help", "tour"],
];

export function MainMenu({ preferences }: { preferences: PreferenceStore }): ReactNode {
  const { perform } = useNotebook();
  const { theme } = useSyncExternalStore(preferences.subscribe, preferences.getState);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="app-tool" aria-label="Menu" title="Menu">
        <Ellipsis size={17} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="nb-menu" align="end" sideOffset={6}>
          {ROWS.map((ids) => (
            <Fragment key={ids[0]}>
              {ids.map((id) => (
                <DropdownMenu.Item key={id} className="nb-menu-item" onSelect={() => perform(commandNamed(id))}>
                  {commandNamed(id).label}
                  <kbd>{hintOf(id)}</kbd>
                </DropdownMenu.Item>
              ))}
              <DropdownMenu.Separator className="nb-menu-line" />
            </Fragment>
          ))}
          <DropdownMenu.Label className="nb-menu-label">Colours</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => preferences.set({ theme: value as Theme })}>
            {(["system", "light", "dark"] as const).map((value) => (
              <DropdownMenu.RadioItem key={value} value={value} className="nb-menu-item nb-menu-radio">
                {{ system: "As the system", light: "Light", dark: "Dark" }[value]}
                <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
