/** Gradients beyond nnsight's cases: what has none, and that nothing is left behind. */
import { afterEach, beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, tensor } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;
const loss = () => model.lm_head.output.at(0, -1, 7);

test("at every hook point, by finite differences", async () => {
  const places = [
    () => h(1).attn.source.query,
    () => h(1).attn.source.value,
    () => h(1).attn.source.scores,
    () => h(1).attn.source.pattern,
    () => h(1).attn.source.z,
    () => h(1).source.residMid,
    () => h(1).ln_2.source.scale,
    () => h(1).ln_2.source.normalized,
    () => h(1).mlp.act.output,
    () => model.transformer.wpe.output,
  ];
  for (const place of places) {
    const { gradient, at } = await model.trace(PROMPT, () => {
      const value = place();
      return { at: loss().save(), gradient: loss().backward(() => value.grad.save()) };
    });
    // A small step along the gradient changes the loss by its squared norm.
    const norm2 = Array.from(gradient.data).reduce((n, x) => n + x * x, 0);
    const step = 1e-2 / Math.sqrt(norm2);
    const after = await model.trace(PROMPT, () => {
      place().add_(tensor(gradient).mul(step));
      return loss().save();
    });
    const expected = norm2 * step;
    expect(Math.abs(after.item() - at.item() - expected) / expected).toBeLessThan(0.1);
  }
});

test("what has no gradient says so, and leaves nothing", async () => {
  const of = (body: () => unknown) => errorOf(() => model.trace(PROMPT, body));
  const cases: [RegExp, () => unknown][] = [
    [
      /does not depend on/,
      () => {
        const x = h(2).output;
        return h(0)
          .output.sum()
          .backward(() => x.grad.save());
      },
    ],
    [
      /through TopK|does not depend/,
      () => {
        const x = h(0).output;
        return model.lm_head.output
          .topk(1)
          .values.sum()
          .backward(() => x.grad.save());
      },
    ],
    [
      /does not depend on/,
      () => {
        const x = h(0).output;
        return loss()
          .detach()
          .add(0)
          .backward(() => x.grad.save());
      },
    ],
    [
      /parameter or a constant/,
      () => {
        const w = model.lm_head.weight;
        return loss().backward(() => w.grad.save());
      },
    ],
    [
      /gradient of a gradient/,
      () => {
        const x = h(0).output;
        const g = loss().backward(() => x.grad);
        return g.sum().backward(() => x.grad.save());
      },
    ],
    [
      /int32 value has no gradient/,
      () => {
        const x = model.transformer.wte.input;
        return loss().backward(() => x.grad.save());
      },
    ],
    [
      /gradient of a slice/,
      () => {
        const x = h(0).output.at(0);
        return loss().backward(() => x.grad.save());
      },
    ],
    [/outside a backward pass/, () => h(0).output.grad],
  ];
  for (const [problem, body] of cases) {
    const error = await of(body);
    expect([error.name, error.message]).toEqual(["GradientError", expect.stringMatching(problem)]);
    expect(error.line).toMatch(/gradients\.test\.ts/);
    expect((await model.memory()).numTensors).toBe(tensors);
  }
  expect(await of(() => h(0).output.backward())).toMatchObject({
    name: "ArgumentError",
    remedy: expect.stringMatching(/sum/),
  });
});

test("an edit of a gradient after one further back was read", async () => {
  const error = await errorOf(() =>
    model.trace(PROMPT, () => {
      const [x, y] = [h(0).output, h(1).output];
      return loss().backward(() => {
        const first = x.grad.save();
        y.grad.mul_(2);
        return first;
      });
    }),
  );
  expect(error.name).toBe("OrderError");
});

test("edits in place of gradients flow back; the gradient is that of the edited value", async () => {
  const { doubled, plain } = await model.trace(PROMPT, () => {
    const [x, y] = [h(0).output, h(1).output];
    const doubled = loss().backward(() => {
      y.grad.mul_(2);
      return x.grad.save();
    });
    return { doubled, plain: loss().backward(() => x.grad.save()) };
  });
  expect(Math.max(...Array.from(plain.data, (g, i) => Math.abs(2 * g - doubled.data[i]!)))).toBeLessThan(1e-5);
});

test("parameters are read, not edited; a returned pattern leads nowhere", async () => {
  const of = (body: () => unknown) => errorOf(() => model.trace(PROMPT, body));
  expect(await of(() => model.lm_head.weight.mul_(0))).toMatchObject({
    name: "ArgumentError",
    problem: expect.stringMatching(/lm_head\.weight was edited/),
  });
  expect(await of(() => ((model.lm_head as { weight: unknown }).weight = 0))).toMatchObject({
    name: "ArgumentError",
    problem: expect.stringMatching(/cannot be assigned/),
  });
  expect(await of(() => h(0).attn.output[1].set(0))).toMatchObject({
    name: "ArgumentError",
    remedy: expect.stringMatching(/source\.pattern/),
  });
});
