/** The custom element: `<TracePlayground>` in a shadow root, its properties as attributes. */
import { ArgumentError, type Backend } from "insitu";
import { createRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { InsituProvider, type InsituProviderProps } from "../model/provider.tsx";
import { Frame } from "../shared/frame.tsx";
import { Problem } from "../shared/problem.tsx";
import { dedent } from "../tracePlayground/dedent.ts";
import { TracePlayground, type TracePlaygroundControls } from "../tracePlayground/tracePlayground.tsx";
import { Begun } from "./begun.tsx";

/** A server has none; the class is never made there. */
const Base = (typeof HTMLElement === "undefined" ? class {} : HTMLElement) as typeof HTMLElement;

const HOST_CSS = ":host { display: block; } :host([hidden]) { display: none; }";

const BACKENDS: readonly string[] = ["auto", "webgpu", "wasm", "cpu"] satisfies Backend[];
const LOADS: readonly string[] = ["visible", "now", "asked"] satisfies InsituProviderProps["load"][];

/**
 * `model` (a hub id or a folder's address), `code` (or the text within, as it is or in a `<script type="text/plain">`),
 * `backend`, `load`, `autorun`, `theme` (`light`, `dark`), `label`, `rows`, `result-height`, `readonly`. Elements that ask
 * for the same model share it. Tells of `insitu-result` (`detail.value`) and `insitu-error` (`detail.error`).
 */
export class InsituPlayground extends Base {
  static readonly observedAttributes = [
    "model",
    "code",
    "backend",
    "load",
    "autorun",
    "theme",
    "label",
    "rows",
    "result-height",
    "readonly",
  ];

  private root: Root | undefined;
  private observer: MutationObserver | undefined;
  private readonly controls = createRef<TracePlaygroundControls>();
  /** Those who called `run` and wait. */
  private waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  /** Whether somebody asked for a run before there was anything to run. */
  private asked = false;
  private planned = false;

  connectedCallback(): void {
    // Moved within the page: all of it is still there.
    if (this.root) return;
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const host = new CSSStyleSheet();
    host.replaceSync(HOST_CSS);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, host];
    const place = document.createElement("div");
    shadow.replaceChildren(place);
    this.root = createRoot(place);
    // The code within may come after the element: a page is read from its beginning.
    this.observer = new MutationObserver(() => this.plan());
    this.observer.observe(this, { childList: true, characterData: true, subtree: true });
    this.render();
  }

  disconnectedCallback(): void {
    // Whoever moves an element takes it out and puts it back at once.
    queueMicrotask(() => {
      if (this.isConnected || !this.root) return;
      this.observer?.disconnect();
      this.root.unmount();
      this.root = undefined;
      this.settle((call) => call.reject(new DOMException("The playground was taken out of the page.", "AbortError")));
    });
  }

  attributeChangedCallback(): void {
    this.plan();
  }

  /** As it stands in the editor; set, it replaces what stands there. */
  get code(): string {
    return this.controls.current?.code ?? this.given;
  }

  set code(code: string) {
    this.controls.current?.setCode(code);
    if (!this.controls.current) this.setAttribute("code", code);
  }

  /** Runs the code. Gives what it gives. @throws what the code throws; AbortError where the run is stopped or taken out */
  run(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.settle((call) => call.reject(new DOMException("The code was run again.", "AbortError")));
      this.waiting.push({ resolve, reject });
      if (this.controls.current) this.controls.current.run();
      else this.asked = true;
    });
  }

  /** Ends the run. */
  stop(): void {
    this.asked = false;
    if (this.controls.current) this.controls.current.stop();
    else this.stopped();
  }

  /** What the page's author wrote. */
  private get given(): string {
    return dedent(this.getAttribute("code") ?? this.textContent ?? "");
  }

  /** Several changes are one. */
  private plan(): void {
    if (this.planned || !this.root) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.render();
    });
  }

  private render(): void {
    const theme = this.getAttribute("theme");
    this.style.colorScheme = theme === "light" || theme === "dark" ? theme : "";
    const label = this.getAttribute("label") ?? undefined;
    const wrong = this.wrong();
    if (wrong) {
      this.root?.render(
        <Frame name="trace-playground" label={label ?? "Playground"} css={[]}>
          <Problem error={wrong} />
        </Frame>,
      );
      return;
    }
    const rows = Number(this.getAttribute("rows"));
    const code = this.given;
    this.root?.render(
      <InsituProvider
        model={this.getAttribute("model") as string}
        backend={(this.getAttribute("backend") ?? "auto") as Backend}
        load={(this.getAttribute("load") ?? "visible") as "visible"}
      >
        <TracePlayground
          // Other code of the author's is another playground.
          key={code}
          defaultCode={code}
          label={label}
          autoRun={this.hasAttribute("autorun")}
          readOnly={this.hasAttribute("readonly")}
          height={rows > 0 ? rows : undefined}
          resultHeight={this.getAttribute("result-height") ?? undefined}
          controls={this.controls}
          onResult={this.gave}
          onError={this.threw}
          onStop={this.stopped}
        />
        <Begun then={this.begun} />
      </InsituProvider>,
    );
  }

  /** What no playground can be made of. */
  private wrong(): Error | undefined {
    const one = (name: string, of: readonly string[]) => {
      const value = this.getAttribute(name);
      if (value === null || of.includes(value)) return undefined;
      return new ArgumentError(`${name}=${JSON.stringify(value)} is not known.`, `There are ${of.join(", ")}.`);
    };
    if (!this.getAttribute("model")) {
      return new ArgumentError(
        "The playground has no model.",
        'Name one: <insitu-playground model="/weights/tiny">; a hub id, or a folder\'s address.',
      );
    }
    return one("backend", BACKENDS) ?? one("load", LOADS);
  }

  private readonly begun = (): void => {
    if (!this.asked) return;
    this.asked = false;
    this.controls.current?.run();
  };

  private readonly gave = (value: unknown): void => {
    this.settle((call) => call.resolve(value));
    this.tell("insitu-result", { value });
  };

  private readonly threw = (error: Error): void => {
    this.settle((call) => call.reject(error));
    this.tell("insitu-error", { error });
  };

  private readonly stopped = (): void => {
    this.settle((call) => call.reject(new DOMException("The run was stopped.", "AbortError")));
  };

  private tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private settle(how: (call: { resolve: (value: unknown) => void; reject: (error: Error) => void }) => void): void {
    const calls = this.waiting;
    this.waiting = [];
    for (const call of calls) how(call);
  }
}
