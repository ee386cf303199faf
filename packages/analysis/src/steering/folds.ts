/** Which examples are held out together. */
import { ArgumentError, callSite } from "insitu";
import { randomNumbers } from "../shared/randomNumbers.ts";

/**
 * A fold for each example, 0 to folds - 1, each with its share of both classes (stratified): every class is shuffled
 * by the seed and dealt round.
 *
 * @throws ArgumentError for folds that there are not examples for.
 */
export function stratifiedFolds(labels: readonly number[], folds: number, seed: number): number[] {
  const classes = [1, 0].map((label) => [...labels.keys()].filter((i) => labels[i] === label));
  const fewest = Math.min(...classes.map((members) => members.length));
  if (!Number.isInteger(folds) || folds < 2 || folds > fewest) {
    throw new ArgumentError(
      `folds is ${folds}, and the smaller class has ${fewest} prompts.`,
      fewest < 2 ? "Pass two prompts or more of each class." : `Use 2 to ${fewest}, or pass more prompts.`,
      { folds, fewest },
    ).at(callSite());
  }
  const random = randomNumbers(seed);
  const result = new Array<number>(labels.length);
  for (const members of classes) {
    for (let i = members.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [members[i], members[j]] = [members[j] as number, members[i] as number];
    }
    for (const [i, member] of members.entries()) result[member] = i % folds;
  }
  return result;
}
