/** The page on a real session. What is kept stays in memory, and what leaves the page is told. */
import axe from "axe-core";
import { createRoot } from "react-dom/client";
import { expect, onTestFinished } from "vitest";
import { App } from "../src/app/app.tsx";
import type { AppProps, Preferences } from "../src/app/appProps.ts";
import { ModelHost } from "../src/model/modelHost.ts";
import { newCell, type Origin } from "../src/notebook/notebook.ts";
import { NotebookSession } from "../src/session/notebookSession.ts";
import { script } from "./lab.ts";
import "../src/style/theme.css";

export interface PageLabOptions {
  cells: readonly (readonly [kind: "code" | "markdown", source: string])[];
  origin?: Origin;
  trusted?: boolean;
  preferences?: Partial<Preferences>;
}

export function openPage({ cells, origin = "new", trusted = true, preferences = {} }: PageLabOptions) {
  const host = new ModelHost();
  const session = new NotebookSession({
    notebook: { id: "n1", title: "A test", cells: cells.map(([kind, source]) => newCell(kind, source)) },
    origin,
    trusted,
    hosts: [],
    host,
    scripts: script,
    save: async () => {},
  });
  const told: string[] = [];
  const store = memoryStore({ theme: "light", tourDone: true, lineNumbers: false, panelOpen: true, ...preferences });
  const props: AppProps = {
    session,
    gallery: [{ slug: "first-trace", title: "A first trace", summary: "Read an activation.", minutes: 4 }],
    shelf: {
      list: async () => [{ id: "n1", title: "A test", updated: Date.now(), cells: cells.length, origin }],
      subscribe: () => () => {},
      rename: async (id, title) => void told.push(`rename ${id} ${title}`),
      duplicate: async (id) => void told.push(`duplicate ${id}`),
      remove: async (id) => void told.push(`remove ${id}`),
    },
    openers: {
      gallery: async (slug) => void told.push(`gallery ${slug}`),
      kept: async (id) => void told.push(`kept ${id}`),
      create: async () => void told.push("create"),
      file: async (file) => {
        if (!/\.(md|ipynb)$/.test(file.name)) throw new Error(`${file.name} is no notebook.`);
        told.push(`file ${file.name}`);
      },
    },
    exits: {
      download: async (format) => void told.push(`download ${format}`),
      link: async () => `https://example.org/#n=${"x".repeat(9000)}`,
      save: async () => void told.push("save"),
    },
    preferences: store,
    modelBar: <span>weights/tiny</span>,
    moduleTree: (onInsert) => (
      <button type="button" onClick={() => onInsert("model.lm_head.output")}>
        lm_head
      </button>
    ),
  };
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  root.render(<App {...props} />);
  onTestFinished(async () => {
    root.unmount();
    element.remove();
    await session.close();
  });
  return {
    session,
    host,
    told,
    preferences: store,
    sources: () => session.getState().notebook.cells.map((cell) => cell.source),
    kinds: () => session.getState().notebook.cells.map((cell) => cell.kind),
    /** What each code cell's last run was. */
    states: () => session.getState().notebook.cells.map(({ id }) => session.getState().runs.get(id)?.state ?? "idle"),
  };
}

function memoryStore(first: Preferences): AppProps["preferences"] {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (change) => {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
  };
}

/** The name of what has the focus. */
export const focused = (): string | null | undefined => document.activeElement?.getAttribute("aria-label");

export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, { resultTypes: ["violations"] });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html).slice(0, 3)])).toEqual([]);
}
