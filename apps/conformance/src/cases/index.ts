import type { Case } from "../case.ts";
import { headAblationCProjInput, mlpZeroAblation } from "./ablation.ts";
import { cacheAll, cacheSelectInputsAfterEdit, stopEarly } from "./cache.ts";
import { errors } from "./errors/index.ts";
import { forwardAll } from "./forwardAll.ts";
import {
  cacheInvokesGenerate,
  editGenerate,
  generateAllSteering,
  generateAllUnbounded,
  generateBarrier,
  generateEos,
  generateIterListInt,
  generateIterSlice,
  generateNoIterFirstStep,
  generatePlain,
  generateTwoInvokes,
  sessionFeedback,
  sourceGenerate,
} from "./generate.ts";
import {
  attributionPatching,
  backwardCrossEntropyAll,
  backwardEditGrad,
  backwardInvokes,
  backwardReads,
  backwardRetainGrad,
  backwardTwice,
} from "./gradients.ts";
import { inplaceAliasVsClone, inplaceSliceAssign, inplaceSliceForms } from "./inPlace.ts";
import {
  barrierPatch,
  barrierReused,
  crossInvokeNoBarrier,
  invokesMultiRow,
  invokesSourceEdit,
  invokesUnequal,
  valueConditional,
} from "./invokes.ts";
import { logitLens } from "./logitLens.ts";
import { explicitLeftMask, explicitLeftMaskSdpa, explicitRightMask } from "./masks.ts";
import { editCopy, editInplaceStacked, hookTrueCall, rename, scanShapes } from "./models.ts";
import { readBlockInternals } from "./readBlockInternals.ts";
import { embeddingOverride, setAttnOutputTuple, setInput, setOutput } from "./replace.ts";
import { skipInvokes, skipLayer } from "./skip.ts";
import {
  sourceAttentionPattern,
  sourceAttentionPatternEdit,
  sourceAttentionScoresEdit,
  sourceQkv,
  sourceResidMid,
} from "./source.ts";
import { activationPatchingSweep } from "./sweep.ts";

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
  explicit_left_mask_sdpa: explicitLeftMaskSdpa,
  explicit_right_mask: explicitRightMask,
  invokes_unequal: invokesUnequal,
  invokes_multi_row: invokesMultiRow,
  invokes_source_edit: invokesSourceEdit,
  barrier_patch: barrierPatch,
  barrier_reused: barrierReused,
  cross_invoke_no_barrier: crossInvokeNoBarrier,
  value_conditional: valueConditional,
  activation_patching_sweep: activationPatchingSweep,
  cache_all: cacheAll,
  cache_select_inputs_after_edit: cacheSelectInputsAfterEdit,
  stop_early: stopEarly,
  skip_layer: skipLayer,
  edit_copy: editCopy,
  edit_inplace_stacked: editInplaceStacked,
  scan_shapes: scanShapes,
  rename,
  hook_true_call: hookTrueCall,
  skip_invokes: skipInvokes,
  generate_plain: generatePlain,
  generate_all_steering: generateAllSteering,
  generate_all_unbounded: generateAllUnbounded,
  generate_iter_slice: generateIterSlice,
  generate_iter_list_int: generateIterListInt,
  generate_no_iter_first_step: generateNoIterFirstStep,
  generate_eos: generateEos,
  generate_two_invokes: generateTwoInvokes,
  generate_barrier: generateBarrier,
  cache_invokes_generate: cacheInvokesGenerate,
  edit_generate: editGenerate,
  source_generate: sourceGenerate,
  session_feedback: sessionFeedback,
  backward_reads: backwardReads,
  backward_edit_grad: backwardEditGrad,
  backward_twice: backwardTwice,
  backward_retain_grad: backwardRetainGrad,
  backward_invokes: backwardInvokes,
  backward_cross_entropy_all: backwardCrossEntropyAll,
  attribution_patching: attributionPatching,
  errors,
};
