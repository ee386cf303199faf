/**
 * `<insitu-playground>`: a playground for pages without React. Importing this defines the element, once; on a server it
 * does nothing.
 */
import { InsituPlayground } from "./playgroundElement/insituPlayground.tsx";

export { InsituPlayground } from "./playgroundElement/insituPlayground.tsx";

declare global {
  interface HTMLElementTagNameMap {
    "insitu-playground": InsituPlayground;
  }
}

if (typeof customElements !== "undefined" && !customElements.get("insitu-playground"))
  customElements.define("insitu-playground", InsituPlayground);
