import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { servePage } from "./apps/notebook/servePage.mjs";
import { chromiumLaunch } from "./scripts/chromium.mjs";

/** wasm threads need a page that is cross-origin isolated. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The components in React 18 as well: its packages under another name, in the place of React's. */
const react18 = ["react-dom", "react"].map((name) => ({
  find: new RegExp(`^${name}(?=/|$)`),
  replacement: fileURLToPath(new URL(`packages/react/node_modules/${name}-18`, import.meta.url)),
}));

/** A test may have memory collected when it is worst. */
function launchOptions() {
  const launch = chromiumLaunch();
  return { ...launch, args: [...launch.args, "--js-flags=--expose-gc"] };
}

/** Anew for each project: vitest writes into it. */
const inChromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: launchOptions() }),
  instances: [{ browser: "chromium" as const }],
});

/** Suites that compare a model's numbers, of every backend, with another's. */
const NUMBERS = ["{packages/{analysis,engine},apps/{conformance,hub}}/test/**/*.browser.test.ts"];

/** A look-alike of the Hugging Face hub while tests run: its address is `inject("hub")`. */
const hub = "apps/hub/globalSetup.mjs";

/** Files one after another, in a browser of their own. */
const browserProject = (
  name: string,
  { groupOrder = 0, ...files }: { include: string[]; exclude?: string[]; globalSetup?: string[]; groupOrder?: number },
) => ({
  extends: true as const,
  test: {
    name,
    globalSetup: [hub],
    ...files,
    sequence: { groupOrder },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    browser: inChromium(),
  },
});

export default defineConfig({
  // Not under vitest, whose own page is at "/".
  plugins: process.env["VITEST"] ? [] : [servePage()],
  server: { headers: isolation },
  preview: { headers: isolation },
  // INSITU_PROPERTY_RUNS and its like reach the tests in the page.
  envPrefix: ["VITE_", "INSITU_"],
  worker: { format: "es" },
  optimizeDeps: {
    // Named here so that no dependency is found halfway through a test and reloads its page.
    include: [
      "@insitu/engine > @tensorflow/tfjs",
      "@insitu/engine > @tensorflow/tfjs-backend-webgpu",
      "@insitu/engine > @tensorflow/tfjs-backend-wasm",
      "@insitu/engine > comlink",
      "@insitu/engine > @huggingface/hub",
      "@insitu/engine > hash-wasm",
      "insitu > @huggingface/tokenizers",
      "insitu > comlink",
      "@insitu/analysis > ml-matrix",
      "fast-check",
      "@insitu/react > react",
      "@insitu/react > react/jsx-runtime",
      "@insitu/react > react/jsx-dev-runtime",
      "@insitu/react > react-dom",
      "@insitu/react > react-dom/client",
      "@insitu/react > react-dom/server",
      "@insitu/react > vitest-browser-react",
      "@insitu/react > axe-core",
      "@insitu/react > sucrase",
      "@insitu/react > acorn",
      "typescript",
      "@insitu/react > @codemirror/commands",
      "@insitu/react > @codemirror/lang-javascript",
      "@insitu/react > @codemirror/language",
      "@insitu/react > @codemirror/state",
      "@insitu/react > @codemirror/view",
      "@insitu/react > @lezer/highlight",
      "@insitu/notebook > @codemirror/autocomplete",
      "@insitu/notebook > @codemirror/lang-markdown",
      "@insitu/notebook > @codemirror/lint",
      "@insitu/notebook > idb",
      "@insitu/notebook > lucide-react",
      "@insitu/notebook > markdown-it",
      "@insitu/notebook > radix-ui",
      "@insitu/notebook > valibot",
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          globalSetup: hub,
          environment: "node",
          // Beside them the browser's suites have the machine as well.
          testTimeout: 60_000,
          include: ["packages/*/test/**/*.test.{ts,tsx}", "apps/*/test/**/*.test.ts"],
          exclude: ["**/*.browser.test.{ts,tsx}", "**/node_modules/**"],
        },
      },
      browserProject("browser", {
        include: ["packages/*/test/**/*.browser.test.{ts,tsx}", "apps/*/test/**/*.browser.test.{ts,tsx}"],
        exclude: [...NUMBERS, "**/node_modules/**"],
        globalSetup: [hub, "apps/notebook/test/globalSetup.mjs"],
      }),
      // After it: two browsers at once, and what waits for one of them on two cores is late.
      browserProject("browser-numbers", { include: NUMBERS, groupOrder: 1 }),
      {
        extends: true,
        resolve: { alias: react18 },
        test: {
          name: "react18",
          // After the others: each has the machine, and the focus, to itself.
          sequence: { groupOrder: 2 },
          include: [
            "packages/react/test/{provider,hooks,hydration,tracePlayground}.browser.test.tsx",
            "packages/react/test/*.react18.tsx",
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          browser: inChromium(),
        },
      },
    ],
  },
});
