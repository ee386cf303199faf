/** `insitu/progress`: how far a load has got, as a line of text and as an element for any page. */
export { defineProgressElement, ProgressElement } from "./progressElement.ts";
export { describeProgress, formatBytes } from "./progressText.ts";
