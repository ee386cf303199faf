import { type RefObject, useState } from "react";
import { useBeforePaint } from "../shared/useStyles.ts";

export interface BoxSize {
  /** In the page's pixels. */
  readonly width: number;
  readonly height: number;
  /** In the screen's dots. */
  readonly dots: readonly [width: number, height: number];
}

/** How large an element is, before it is first painted and whenever that changes, the page's zoom included. */
export function useBoxSize(ref: RefObject<Element | null>): BoxSize | undefined {
  const [size, setSize] = useState<BoxSize | undefined>(undefined);
  useBeforePaint(() => {
    const element = ref.current;
    if (!element) return;
    const tell = (exact?: ResizeObserverSize) => {
      const { width, height } = element.getBoundingClientRect();
      const dots: [number, number] = exact
        ? [exact.inlineSize, exact.blockSize]
        : [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
      setSize((old) =>
        old && old.width === width && old.height === height && old.dots.join() === dots.join()
          ? old
          : { width, height, dots },
      );
    };
    tell();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => tell(entry?.devicePixelContentBoxSize?.[0]));
    try {
      observer.observe(element, { box: "device-pixel-content-box" });
    } catch {
      // A browser without that box; it then learns nothing of a zoom that changes no size.
      observer.observe(element);
    }
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
