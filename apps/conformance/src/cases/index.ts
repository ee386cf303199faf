import type { Case } from "../case.ts";
import { headAblationCProjInput, mlpZeroAblation } from "./ablation.ts";
import { forwardAll } from "./forwardAll.ts";
import { inplaceAliasVsClone, inplaceSliceAssign, inplaceSliceForms } from "./inPlace.ts";
import { logitLens } from "./logitLens.ts";
import { explicitLeftMask } from "./masks.ts";
import { readBlockInternals } from "./readBlockInternals.ts";
import { embeddingOverride, setAttnOutputTuple, setInput, setOutput } from "./replace.ts";
import {
  sourceAttentionPattern,
  sourceAttentionPatternEdit,
  sourceAttentionScoresEdit,
  sourceQkv,
  sourceResidMid,
} from "./source.ts";

/** Every case by the oracle's name. */
export const CASES: Record<string, Case> = {
  forward_all: forwardAll,
  read_block_internals: readBlockInternals,
  set_output: setOutput,
  set_input: setInput,
  set_attn_output_tuple: setAttnOutputTuple,
  embedding_override: embeddingOverride,
  inplace_slice_assign: inplaceSliceAssign,
  inplace_slice_forms: inplaceSliceForms,
  inplace_alias_vs_clone: inplaceAliasVsClone,
  mlp_zero_ablation: mlpZeroAblation,
  head_ablation_c_proj_input: headAblationCProjInput,
  logit_lens: logitLens,
  source_attention_pattern: sourceAttentionPattern,
  source_attention_pattern_edit: sourceAttentionPatternEdit,
  source_attention_scores_edit: sourceAttentionScoresEdit,
  source_qkv: sourceQkv,
  source_resid_mid: sourceResidMid,
  explicit_left_mask: explicitLeftMask,
};
