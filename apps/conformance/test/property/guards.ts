/**
 * Distances to where a program's results jump. Two machines that round differently may fall on either
 * side of a jump that is nearer than their rounding: such a program says nothing.
 */
import type { Value } from "insitu";

export class Guards {
  private readonly distances: Value[] = [];

  /** Every element is a distance. */
  add(distances: Value): void {
    if (distances.size > 0) this.distances.push(distances.min().save());
  }

  /** How far the k largest of the last axis, and the next one, lie from each other. */
  gap(x: Value, k: number): void {
    const size = x.shape[x.rank - 1] as number;
    if (size < 2 || x.size === 0) return;
    const { values } = x.topk(Math.min(size, k + 1));
    this.add(values.at("...", ":-1").sub(values.at("...", "1:")));
  }

  get saved(): readonly Value[] {
    return this.distances;
  }
}
