/** A model's modules and the places in them, as a tree whose every item says how it is written. */
import type { GPT2LanguageModel } from "insitu";

type Spec = GPT2LanguageModel["spec"];

/** A dimension: a number, or what decides it, "rows", "tokens". */
export type ShapePart = number | string;

/** A module, a list of them, or a value in one. */
export interface ModelTreeItem {
  /** `"transformer.h.3.attn"`; of a value, with its name: `"transformer.h.3.attn:source.pattern"`. The model is `""`. */
  readonly id: string;
  readonly kind: "module" | "list" | "value" | "parameter";
  /** As it is called among its neighbours: "attn", "3", "source.pattern". */
  readonly name: string;
  /** What reads it in a trace; of a module, its output: `model.transformer.h[3].attn.output[0]`. */
  readonly code: string;
  /** The class of a module: "GPT2Attention". */
  readonly type: string | undefined;
  /** Of a value, a parameter, or a module's output; undefined for what has none. */
  readonly shape: readonly ShapePart[] | undefined;
  readonly dtype: string | undefined;
  /** Can be read, and not edited. */
  readonly readonly: boolean;
  /** There, but never run. */
  readonly dormant: boolean;
  /** Numbers that a module and those in it have learnt. */
  readonly parameters: number;
  readonly children: readonly ModelTreeItem[];
}

/** The tree of a model's spec. */
export function modelTree(spec: Spec): ModelTreeItem {
  const below = new Map<string, string[]>();
  for (const path of allPaths(spec)) {
    if (path === "") continue;
    const parent = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
    below.set(parent, [...(below.get(parent) ?? []), path]);
  }
  const modules = new Map(spec.modules.map((module) => [module.path, module]));
  const itemOf = (path: string): ModelTreeItem => {
    const module = modules.get(path);
    const children = (below.get(path) ?? []).map(itemOf);
    const values = module ? valuesOf(spec, module) : [];
    const parameters = values.filter(({ kind }) => kind === "parameter");
    const output = values.find(({ id }) => id.startsWith(`${path}:output`));
    return {
      id: path,
      kind: module ? "module" : "list",
      name: path === "" ? "model" : path.slice(path.lastIndexOf(".") + 1),
      code: output?.code ?? codeOf(path),
      type: module?.type,
      shape: output?.shape,
      dtype: output?.dtype,
      readonly: output?.readonly ?? false,
      dormant: module?.dormant ?? false,
      parameters:
        parameters.reduce((sum, { shape }) => sum + sizeOf(shape as number[]), 0) +
        children.reduce((sum, child) => sum + child.parameters, 0),
      children: [...values, ...children],
    };
  };
  return itemOf("");
}

/** `transformer.h.3` as it is written: `model.transformer.h[3]`. */
export const codeOf = (path: string): string =>
  path === "" ? "model" : `model.${path}`.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** Those of modules, and of the lists that they stand in, in the order of the spec. */
function allPaths(spec: Spec): string[] {
  const paths = new Set<string>();
  for (const { path } of spec.modules) {
    const parts = path.split(".");
    for (let i = 1; i <= parts.length; i++) paths.add(parts.slice(0, i).join("."));
  }
  return [...paths];
}

function valuesOf(spec: Spec, { path, params, returns, sources }: Spec["modules"][number]): ModelTreeItem[] {
  const base = { type: undefined, dormant: false, parameters: 0, children: [] };
  const sites = spec.sites.filter((site) => site.module === path);
  const value = (port: string, name: string): ModelTreeItem[] => {
    const site = sites.find((site) => site.port === port);
    if (!site) return [];
    const { shape, dtype, readonly = false } = site;
    return [
      { ...base, id: `${path}:${port}`, kind: "value", name, code: `${codeOf(path)}.${name}`, shape, dtype, readonly },
    ];
  };
  const outputs = returns === "tensor" ? [""] : returns;
  return [
    ...outputs.flatMap((name) => value(name === "" ? "output" : `output.${name}`, `output${member(name)}`)),
    ...sources.flatMap((name) => value(`source.${name}`, `source.${name}`)),
    ...value("input", "input"),
    ...sites
      .filter(({ port }) => port.startsWith("inputs."))
      .flatMap(({ port }) => value(port, `inputs[1]${member(port.slice("inputs.".length))}`)),
    ...params.map(
      ({ name, shape }): ModelTreeItem => ({
        ...base,
        id: `${path}:${name}`,
        kind: "parameter",
        name,
        code: `${codeOf(path)}.${name}`,
        shape,
        dtype: "float32",
        readonly: false,
      }),
    ),
  ];
}

/** How a value of several is taken: `[0]` by number, `.logits` by name. */
const member = (name: string): string => (name === "" ? "" : /^\d+$/.test(name) ? `[${name}]` : `.${name}`);

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
