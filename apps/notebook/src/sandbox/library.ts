/** What every cell has in scope, and what it may import. */

import { printed } from "@insitu/react/code";
import type { NewTokens } from "insitu";
import * as insitu from "insitu";
import type { StreamOutput } from "../outputs/output.ts";
import type { CellOutputs } from "./cellOutputs.ts";
import { type DisplayOptions, describe, type Known, Shown } from "./describe.ts";
import { experiments } from "./sweepCode.ts";

/** The run that goes on; what code left over from another shows is lost. */
export interface Current {
  outputs: CellOutputs | undefined;
}

/** The model of the page, and what it was loaded from. */
export const page: { model: { name: string; model: insitu.GPT2LanguageModel } | undefined } = { model: undefined };

const own = { ...insitu, LanguageModel: withoutLoading(insitu.LanguageModel) };

export const modules: Record<string, object> = { insitu: own, "@insitu/analysis": experiments };

let streams = 0;

/** `display`, `stream`, `html`, `svg`, `md`, `console`, and all that insitu and its analyses export. */
export function library(current: Current, known: Known): Record<string, unknown> {
  return {
    ...own,
    ...experiments,
    display(value: unknown, options: DisplayOptions = {}) {
      const output = describe(value, known, options);
      if (output) current.outputs?.add(output);
      return undefined;
    },
    stream(prompt = "") {
      // Of the run in which it was made, wherever its tokens arrive.
      const outputs = current.outputs;
      let shown: StreamOutput = { kind: "stream", id: streams++, prompt: String(prompt), tokens: [], done: false };
      outputs?.stream(shown);
      return ({ ids }: NewTokens) => {
        const token = known.vocabulary?.token(ids[0] as number) ?? String(ids[0]);
        shown = { ...shown, tokens: [...shown.tokens, token] };
        outputs?.stream(shown);
      };
    },
    html: (parts: TemplateStringsArray, ...values: unknown[]) =>
      new Shown({ kind: "html", html: joined(parts, values, escaped) }),
    svg: (parts: TemplateStringsArray, ...values: unknown[]) =>
      new Shown({ kind: "svg", svg: joined(parts, values, escaped) }),
    md: (parts: TemplateStringsArray, ...values: unknown[]) =>
      new Shown({ kind: "markdown", source: joined(parts, values, String) }),
    console: consoleOf(current),
  };
}

/** Code from elsewhere begins by loading its model: where that is the page's, it is here already. */
function withoutLoading(Class: typeof insitu.LanguageModel): typeof insitu.LanguageModel {
  const load = async (source: unknown) => {
    const { model } = page;
    const plain = (name: unknown) => `/${String(name).replace(/^\/|\/$/g, "")}`;
    // The page may lie in a folder of its server, and the model beside it.
    if (model && plain(model.name).endsWith(plain(source))) return model.model;
    throw new insitu.ArgumentError(
      `${JSON.stringify(source)} is not loaded here${model ? `: ${JSON.stringify(model.name)} is` : ""}.`,
      "Pick it in the model bar: cells have it as `model`.",
    ).at(insitu.callSite());
  };
  return new Proxy(Class, { get: (target, key) => (key === "load" ? load : Reflect.get(target, key)) });
}

function consoleOf(current: Current): object {
  const printing =
    (level: "log" | "warn" | "error") =>
    (...values: unknown[]) =>
      current.outputs?.log(
        level,
        values.map((value) => (typeof value === "string" ? value : printed(value, 4000).text)).join(" "),
      );
  const log = printing("log");
  const nothing = () => {};
  return {
    log,
    info: log,
    debug: log,
    dir: log,
    table: log,
    trace: log,
    warn: printing("warn"),
    error: printing("error"),
    assert: (holds: unknown, ...values: unknown[]) => {
      if (!holds) printing("error")("Assertion failed:", ...values);
    },
    group: log,
    groupEnd: nothing,
    time: nothing,
    timeEnd: nothing,
  };
}

function joined(parts: TemplateStringsArray, values: unknown[], text: (value: unknown) => string): string {
  return parts.map((part, i) => (i < values.length ? part + text(values[i]) : part)).join("");
}

/** A value within HTML is text, unless it is HTML itself, or a list. */
function escaped(value: unknown): string {
  if (value instanceof Shown && (value.output.kind === "html" || value.output.kind === "svg"))
    return value.output.kind === "html" ? value.output.html : value.output.svg;
  if (Array.isArray(value)) return value.map(escaped).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
