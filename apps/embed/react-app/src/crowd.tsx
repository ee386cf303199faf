/** Twenty components of one page: they share a model, and the page stays responsive. */
import { InsituProvider, TopTokens } from "@insitu/react";
import { createRoot } from "react-dom/client";

const SUBJECTS = ["The Eiffel Tower", "The Colosseum", "Big Ben", "The Kremlin", "The Acropolis"];

declare global {
  interface Window {
    longTasks: { start: number; duration: number }[];
  }
}

window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ start: startTime, duration });
}).observe({ type: "longtask", buffered: true });

createRoot(document.getElementById("root") as HTMLElement).render(
  <>
    <h1>Twenty components</h1>
    {Array.from({ length: 20 }, (_, i) => (
      // A provider each, as an article's embeds are: written apart, and apart on the page.
      // biome-ignore lint/suspicious/noArrayIndexKey: they never move
      <InsituProvider key={i} model="/weights/tiny" backend="webgpu">
        <TopTokens prompt={`${SUBJECTS[i % SUBJECTS.length]} is in the city of`} k={5} position={-1 - (i % 4)} />
      </InsituProvider>
    ))}
  </>,
);
