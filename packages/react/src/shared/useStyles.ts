/** Styles come with the components: into the page, or the shadow root, that a component is put into. */
import { type RefObject, useEffect, useLayoutEffect } from "react";

/** React 18 warns of layout effects on a server. */
export const useBeforePaint = typeof document === "undefined" ? useEffect : useLayoutEffect;

const adopted = new WeakMap<Document | ShadowRoot, Set<string>>();

/** Sees to it that `css` holds where the element is, once, however many components ask. */
export function useStyles(ref: RefObject<Element | null>, ...sheets: string[]): void {
  useBeforePaint(() => {
    const root = ref.current?.getRootNode();
    if (root instanceof Document || root instanceof ShadowRoot) for (const css of sheets) adopt(root, css);
  });
}

function adopt(root: Document | ShadowRoot, css: string): void {
  let known = adopted.get(root);
  if (!known) {
    known = new Set();
    adopted.set(root, known);
  }
  if (known.has(css)) return;
  known.add(css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
