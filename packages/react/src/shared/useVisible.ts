import { type RefObject, useEffect, useState } from "react";

/** How far below and above the window counts as in view: what is about to be is ready when it is. */
const MARGIN = "200px";

/** Whether an element is in the window, or near; false on a server, and true where a browser cannot tell. */
export function useVisible(ref: RefObject<Element | null>): boolean {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    if (typeof IntersectionObserver === "undefined") return setVisible(true);
    const observer = new IntersectionObserver((entries) => setVisible(entries.at(-1)?.isIntersecting === true), {
      rootMargin: MARGIN,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return visible;
}
