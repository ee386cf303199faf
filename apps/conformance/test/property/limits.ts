/**
 * What random programs leave out because it does not work yet, found by them. Each line can go, with
 * its uses, when insitu does it.
 */

/** On webgpu, tile, broadcastTo, pad, reverse, cumsum, where and the addition of a row stop at four dimensions. */
export const MOST_DIMENSIONS_LAID_OUT = 4;

/** On webgpu atan2 of exactly 0 may be π. */
export const ATAN2_OF_ZERO = false;
