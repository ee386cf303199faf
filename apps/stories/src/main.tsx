/** Every component in every state; `?story=ID` shows one alone, `?theme=dark` or `light` decides the theme. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { idOf, type Stories } from "./story.ts";

const files = import.meta.glob<{ default: Stories }>("./stories/*.tsx", { eager: true });
const all = Object.values(files).map((file) => file.default);
const address = new URLSearchParams(location.search);
const theme = address.get("theme");
if (theme) document.documentElement.dataset["theme"] = theme;

// What the tests go through.
Object.assign(globalThis, {
  storyIds: all.flatMap(({ component, stories }) => stories.map(({ name }) => idOf(component, name))),
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Page story={address.get("story")} />
  </StrictMode>,
);

function Page({ story }: { story: string | null }) {
  const shown = all
    .map(({ component, stories }) => ({
      component,
      stories: stories.filter(({ name }) => story === null || idOf(component, name) === story),
    }))
    .filter(({ stories }) => stories.length > 0);
  return (
    <main>
      {story === null && <h1>insitu: components</h1>}
      {shown.map(({ component, stories }) => (
        <section key={component} aria-label={component}>
          <h2>{component}</h2>
          {stories.map(({ name, render: Render }) => (
            <div key={name}>
              <h3>
                <a href={`?story=${idOf(component, name)}`}>{name}</a>
              </h3>
              <Render />
            </div>
          ))}
        </section>
      ))}
    </main>
  );
}
