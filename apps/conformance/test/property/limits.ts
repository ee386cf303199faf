/**
 * What random programs leave out because it does not work yet, found by them. Each line can go, with
 * its uses, when insitu does it.
 */

/** On webgpu, tile, broadcastTo, pad, reverse, cumsum, where and the addition of a row stop at four dimensions. */
export const MOST_DIMENSIONS_LAID_OUT = 4;

/** cumsum counts an axis from the end wrongly; on webgpu a reversed one is wrong. */
export const CUMSUM_FROM_THE_END = true;
export const CUMSUM_REVERSED = true;

/** An edit of an empty slice, which changes nothing, fails. */
export const EMPTY_EDITS = true;

/** Several empty values joined cannot be saved. */
export const EMPTY_JOINS = true;

/** On webgpu, int32 and bool values (cast to float32 or not) of three dimensions and more cannot be transposed. */
export const TRANSPOSED_IDS = true;

/** oneHot of depth 1 is refused in the run. */
export const LEAST_ONE_HOT = 1;

/** On webgpu atan2 of exactly 0 may be π. */
export const ATAN2_OF_ZERO = false;

/** attn.output[0] cannot be edited in place once attn.output[1] was read, though they are returned together. */
export const EDITS_BESIDE_THE_RETURNED_PATTERN = true;
