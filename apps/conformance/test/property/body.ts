/** Carries out a plan against the API: what `model.record` records is the random program. */
import { type GPT2LanguageModel, type Index, type Tracer, type Value, where } from "insitu";
import { Choices } from "./choices.ts";
import { Guards } from "./guards.ts";
import { randomIndex } from "./indices.ts";
import { type Context, operated, ROUGH, reworked } from "./operations.ts";
import type { InvokePlan, Plan, Step } from "./plans.ts";
import { natureOf, readSite, replaceSite, type Site, sitesOf } from "./sites.ts";

/** A value made so far, and the stage at which it exists: it can be put in at later places only. */
interface Made {
  value: Value;
  stage: number;
}

export function record(model: GPT2LanguageModel, plan: Plan) {
  const [only, ...others] = plan.invokes as [InvokePlan, ...InvokePlan[]];
  if (others.length === 0) {
    return model.record(only.rows, () => {
      const guards = new Guards();
      return { outputs: [new Body(model, [], guards, true).run(only)], guards: guards.saved };
    });
  }
  return model.record((tracer: Tracer) => {
    const made: Made[] = [];
    const guards = new Guards();
    const outputs = plan.invokes.map((invoke) =>
      tracer.invoke(invoke.rows, () => new Body(model, made, guards).run(invoke)),
    );
    const whole = plan.whole.length > 0 ? tracer.invoke(() => new Body(model, [], guards).read(plan.whole)) : [];
    return { outputs, whole, guards: guards.saved };
  });
}

/** When a place's edits may stand. */
const momentOf = ({ stage }: Site): number => stage;

const SKIPPABLE = /^transformer\.h\.\d+(\.attn|\.mlp)?$/;

class Body {
  private readonly sites: Site[];
  private readonly skipped: string[] = [];
  private readonly saved: Value[] = [];

  constructor(
    private readonly model: GPT2LanguageModel,
    /** Across invokes. */
    private readonly made: Made[],
    private readonly guards: Guards,
    /** A module is skipped for every prompt of a batch or for none. */
    private readonly maySkip = false,
  ) {
    this.sites = sitesOf(model);
  }

  run({ steps }: InvokePlan) {
    for (const step of this.inOrder(steps)) this.step(step.site, new Choices(step.choices));
    const logits = this.model.lm_head.output.save();
    return { values: this.saved, logits };
  }

  read(steps: Step[]) {
    return this.inOrder(steps).map(({ site }) => readSite(this.model, site).clone().save());
  }

  /** One forward pass: edits stand in the order in which their places pass. */
  private inOrder(steps: Step[]): { site: Site; choices: number[] }[] {
    return steps
      .map(({ site, choices }) => ({ site: this.sites[site % this.sites.length] as Site, choices }))
      .sort((a, b) => momentOf(a.site) - momentOf(b.site));
  }

  private step(site: Site, choices: Choices): void {
    const inside = (path: string) =>
      site.module.startsWith(`${path}.`) || (site.module === path && !["output", "output.0"].includes(site.port));
    if (this.skipped.some(inside)) return;
    const nature = natureOf(site);
    const action = choices.of(["read", "write", "replace", "read", "write"] as const);
    if (this.maySkip && SKIPPABLE.test(site.module) && site.port === "input" && choices.once(3))
      this.skip(site, choices);
    else if (action === "read" || nature === "fixed") this.derive(site, choices);
    else if (action === "write") this.write(site, choices);
    else this.replace(site, choices);
  }

  /** Reads a place, a slice of it, computes with it, saves. */
  private derive(site: Site, choices: Choices): void {
    let value = readSite(this.model, site);
    const live = value;
    if (!choices.once(3) && value.rank > 0) {
      value = value.at(...randomIndex(value.shape, choices, "read"));
    }
    if (site.dtype === "int32") {
      this.saved.push(this.fromIds(value, choices).save());
      return;
    }
    if (natureOf(site) === "scores") value = value.maximum(-50);
    if (choices.once(16)) {
      this.saved.push(choices.of(ROUGH)(value).save());
      return;
    }
    const count = choices.between(0, 3);
    for (let i = 0; i < count && value.size <= 8000; i++) value = operated(value, this.context(site, choices));
    if (count === 0 && value === live) this.saved.push(value.save());
    else this.keep(value, site);
  }

  /** Edits a slice of a place, or under a mask, in place. */
  private write(site: Site, choices: Choices): void {
    const place = readSite(this.model, site);
    const nature = natureOf(site);
    if (nature === "ids") {
      place.at(...randomIndex(place.shape, choices, "write")).set(choices.below(8));
      return;
    }
    if (nature === "divisor") {
      place.at(...randomIndex(place.shape, choices, "write")).mul_(choices.between(1, 8) * 0.25);
      return;
    }
    const masked = nature === "plain" && choices.once(4);
    const slice = masked ? this.masked(place, choices) : place.at(...randomIndex(place.shape, choices, "write"));
    if (masked && choices.once(2)) slice.mul_(choices.number(2));
    else this.edit(slice, site, choices, masked);
  }

  private masked(place: Value, choices: Choices): Value {
    const at = choices.number(1) + 0.125;
    const axis = choices.below(place.rank);
    const index: Index[] = place.shape.slice(0, axis).map((d) => (choices.once(2) ? choices.below(d) : ":"));
    const whole = axis === 0 || choices.once(2);
    const compared = whole ? place : place.mean(Array.from({ length: axis }, (_, i) => i));
    this.guards.add(compared.sub(at).abs());
    return whole ? place.at(compared.greater(at)) : place.at(...index, compared.less(at));
  }

  private edit(slice: Value, site: Site, choices: Choices, masked: boolean): void {
    const edits: (() => void)[] = [
      () => slice.set(choices.number(2)),
      () => slice.add_(choices.number(1)),
      () => slice.sub_(choices.number(1)),
      () => slice.mul_(choices.number(2)),
      () => slice.div_(choices.between(2, 4)),
      () => slice.maximum_(choices.number(1)),
      () => slice.minimum_(choices.number(1)),
      () => slice.clipByValue_(-1.5, 2),
      () => slice.tanh_(),
      () => slice.sigmoid_(),
      () => slice.relu_(),
      () => slice.neg_(),
      () => slice.abs_(),
      () => slice.set(Float32Array.from({ length: slice.shape.at(-1) ?? 1 }, () => choices.number(2))),
      () => slice.set(this.partner(slice, site, choices).clipByValue(-4, 4)),
      () => slice.add_(this.partner(slice, site, choices).tanh()),
    ];
    // Masked scores are too far out for more; and what a mask selects cannot be read.
    const usable = natureOf(site) === "scores" ? 3 : slice.rank === 0 ? 13 : masked ? 14 : edits.length;
    choices.of(edits.slice(0, usable))();
  }

  /** Replaces a place by something made of it, or of what came before. */
  private replace(site: Site, choices: Choices): void {
    const old = readSite(this.model, site);
    const nature = natureOf(site);
    if (nature === "ids") replaceSite(this.model, site, where(old.greater(2), old.minimum(7), old));
    else if (nature === "divisor") replaceSite(this.model, site, old.mul(choices.between(2, 8) * 0.25));
    else if (nature === "scores") replaceSite(this.model, site, old.clipByValue(-20, 20).mul(choices.number(1)));
    else {
      const value = choices.once(3)
        ? this.partner(old, site, choices).tanh()
        : reworked(old, this.context(site, choices)).clipByValue(-6, 6);
      replaceSite(this.model, site, value);
    }
  }

  /** Leaves a module out; what is put in its place is made of its input. */
  private skip(site: Site, choices: Choices): void {
    const module = this.model.get(site.module) as { skip(value: Value): void };
    module.skip(reworked(readSite(this.model, site), this.context(site, choices)).clipByValue(-6, 6));
    this.skipped.push(site.module);
  }

  /** Integers, and what they pick. */
  private fromIds(ids: Value, choices: Choices): Value {
    const { wte, ln_f } = this.model.transformer;
    return choices.of([
      () => ids.clone(),
      () => ids.mul(2).sub(3).maximum(choices.below(9)),
      () => wte.weight.at(ids),
      () => wte.weight.at(ids, ":4").sum(-1),
      () => ids.minimum(9).oneHot(10),
      () => ln_f.bias.at(ids.minimum(63)),
      () => wte.weight.gather(ids.minimum(5), 1).at(":3"),
      () => ids.greater(100).cast("float32"),
      () => ids.mod(7).add(ids.floorDiv(3)),
      () => ids.sum(),
    ])();
  }

  private keep(value: Value, site: Site): void {
    this.saved.push(value.save());
    if (value.dtype === "float32") this.made.push({ value, stage: site.stage });
  }

  private context(site: Site, choices: Choices): Context {
    return { choices, guards: this.guards, partner: (x) => this.partner(x, site, choices) };
  }

  /** A value that exists when a place passes, of the same shape as one there; or that one. */
  private partner(x: Value, site: Site, choices: Choices): Value {
    const fitting = this.made.filter(
      ({ value, stage }) => stage <= site.stage && value.shape.join() === x.shape.join() && value.rank === x.rank,
    );
    return fitting.length === 0 ? x : choices.of(fitting).value;
  }
}
