/** The first visit in four steps, each beside the thing it is about. */
import { Popover } from "radix-ui";
import { type ReactNode, useEffect, useLayoutEffect, useState } from "react";
import { useNotebook } from "../cells/notebookContext.ts";

interface Step {
  /** What the step stands beside; the first that is on the page. */
  readonly anchors: readonly string[];
  readonly title: string;
  readonly text: string;
}

const STEPS: readonly Step[] = [
  {
    anchors: [".nb-cell[data-kind=code] .nb-run", ".app-bar-run"],
    title: "Run a cell",
    text: "Press this, or Shift+Enter in the cell. A real GPT-2 runs in this page; what it gives appears below.",
  },
  {
    anchors: [".nb-cell[data-kind=code] .nb-code", ".app-empty"],
    title: "Edit an activation",
    text: 'Code inside model.trace reads any value of the model, and changes it: output.at(":", -1).set(0) puts zeros in the place of a layer\'s last row. Change a line and run it again.',
  },
  {
    anchors: ["[data-tour=modules]", "[data-tour=panel]"],
    title: "See what is inside",
    text: "Every module of the model with its shapes. A click puts its path where you write.",
  },
  {
    anchors: ["[data-tour=gallery]", "[data-tour=panel]"],
    title: "Go on in the gallery",
    text: "From a first trace to editing a fact: each notebook runs whole in this page, and is yours to change.",
  },
];

export function Tour({ onDone }: { onDone: () => void }): ReactNode {
  const { view } = useNotebook();
  const [place, setPlace] = useState(0);
  const anchor = useAnchor(STEPS[place]!.anchors);
  const step = STEPS[place]!;
  const last = place === STEPS.length - 1;
  const end = () => {
    onDone();
    view.choose(view.getState().active);
  };
  useEffect(() => {
    anchor?.scrollIntoView({ block: "nearest" });
  }, [anchor]);
  if (!anchor) return null;
  return (
    <Popover.Root open onOpenChange={(open) => !open && end()}>
      <Popover.Anchor virtualRef={{ current: anchor }} />
      <Popover.Portal>
        <Popover.Content
          key={place}
          className="app-tour"
          sideOffset={10}
          collisionPadding={12}
          role="dialog"
          aria-label={`Step ${place + 1} of ${STEPS.length}: ${step.title}`}
          // A click on what the step is about is what it asks for: only Escape and the buttons end it.
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <p className="app-tour-count">
            {place + 1} of {STEPS.length}
          </p>
          <h2>{step.title}</h2>
          <p>{step.text}</p>
          <div className="app-row">
            {!last && (
              <button type="button" className="app-link" onClick={end}>
                No more of this
              </button>
            )}
            <span className="app-push" />
            {place > 0 && (
              <button type="button" className="app-button" onClick={() => setPlace(place - 1)}>
                Back
              </button>
            )}
            <button
              type="button"
              className="app-button"
              data-primary
              ref={(button) => button?.focus({ preventScroll: true })}
              onClick={() => (last ? end() : setPlace(place + 1))}
            >
              {last ? "Begin" : "Next"}
            </button>
          </div>
          <Popover.Arrow className="app-tour-arrow" width={14} height={7} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function useAnchor(selectors: readonly string[]): Element | undefined {
  const [anchor, setAnchor] = useState<Element>();
  useLayoutEffect(() => {
    for (const selector of selectors) {
      const found = document.querySelector(selector);
      if (found) return setAnchor(found);
    }
    setAnchor(document.querySelector(".app-bar") ?? undefined);
  }, [selectors]);
  return anchor;
}
