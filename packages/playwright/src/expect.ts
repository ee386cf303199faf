import "./library.ts";
import { expect as base } from "@playwright/test";
import { toHaveShape } from "./matchers/toHaveShape.ts";
import { toMatchTensor } from "./matchers/toMatchTensor.ts";
import { toMatchTensorSnapshot } from "./matchers/toMatchTensorSnapshot.ts";
import { toPredict } from "./matchers/toPredict.ts";

/** Playwright's `expect` with matchers of tensors and predictions. */
export const expect = base.extend({ toHaveShape, toMatchTensor, toMatchTensorSnapshot, toPredict });
