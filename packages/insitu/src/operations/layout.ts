import type { ConstantLike } from "../operand.ts";
import { type Axis, attrs } from "./attrs.ts";
import { Elementwise } from "./elementwise.ts";
import { Reductions } from "./reductions.ts";

/** Shapes, order and selection. */
export abstract class Layout<V, O> extends Reductions<V, O> {
  /** The same elements in another shape; one dimension may be -1. */
  reshape(shape: readonly number[]): V {
    return this.record("reshape", [], { shape: [...shape] });
  }
  /** All elements in one dimension. */
  flatten(): V {
    return this.reshape([-1]);
  }
  /** Dimensions reordered as `perm` lists them; reversed without it. */
  transpose(perm?: readonly number[]): V {
    return this.record("transpose", [], attrs({ perm: perm && [...perm] }));
  }
  /** A dimension of 1 put in at `axis`. */
  expandDims(axis = 0): V {
    return this.record("expandDims", [], { axis });
  }
  /** Dimensions of 1 taken out: those of `axis`, or all. */
  squeeze(axis?: Axis): V {
    return this.record("squeeze", [], attrs({ axis }));
  }
  /** Repeated to `shape` along dimensions of 1 and new leading ones. */
  broadcastTo(shape: readonly number[]): V {
    return this.record("broadcastTo", [], { shape: [...shape] });
  }
  /** Repeated `reps` times along each dimension. */
  tile(reps: readonly number[]): V {
    return this.record("tile", [], { reps: [...reps] });
  }
  /** A constant put around: before and after of each dimension. */
  pad(paddings: readonly (readonly [number, number])[], value?: number): V {
    return this.record("pad", [], attrs({ paddings: paddings.flat(), value }));
  }
  /** Back to front along `axis`, or all. */
  reverse(axis?: Axis): V {
    return this.record("reverse", [], attrs({ axis }));
  }
  /** This and others joined along `axis`. */
  concat(others: V | ConstantLike | readonly V[], axis?: number): V {
    return this.record("concat", Array.isArray(others) && isValues(others) ? others : [others], attrs({ axis }));
  }
  /** Entries of `axis` picked by int32 ids, held within range. */
  gather(ids: O, axis?: number): V {
    return this.record("gather", [ids], attrs({ axis }));
  }
  /** One entry of the last axis for each row: ids int32, of the shape without that axis. */
  takeAlongAxis(ids: O): V {
    return this.record("takeAlongAxis", [ids]);
  }
  /** 1 at each id, 0 elsewhere, along a new last dimension. Of int32, to float32. */
  oneHot(depth: number): V {
    return this.record("oneHot", [], { depth });
  }
  /** The last two dimensions with all but a band of diagonals 0; -1 keeps a triangle whole. */
  bandPart(numLower: number, numUpper: number): V {
    return this.record("bandPart", [], { numLower, numUpper });
  }
}

/** An array of recorded values, told from an array of numbers. */
function isValues(others: readonly unknown[]): boolean {
  return others.length > 0 && others.every((o) => o instanceof Elementwise);
}
