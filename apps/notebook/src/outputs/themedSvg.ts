/** A picture within an image does not know the page's colours: it is told. */
import { type RefObject, useEffect, useState } from "react";

/** What `currentColor` stands for, in SVG that is drawn by itself. */
export function themedSvg(svg: string, ink: string): string {
  const named = /<svg\b[^>]*\bxmlns=/.test(svg)
    ? svg
    : svg.replace(/<svg\b/, '<svg xmlns="http://www.w3.org/2000/svg"');
  return named
    .replace(/<svg\b/, `<svg color="${ink}"`)
    .replace(/--plot-background:\s*white/g, "--plot-background: transparent");
}

/** The colour of text where an element stands; anew when the theme changes. */
export function useInk(ref: RefObject<Element | null>): string {
  const [ink, setInk] = useState("#1c2024");
  useEffect(() => {
    const look = () => ref.current && setInk(getComputedStyle(ref.current).color);
    look();
    const theme = new MutationObserver(look);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", look);
    return () => {
      theme.disconnect();
      system.removeEventListener("change", look);
    };
  }, [ref]);
  return ink;
}
