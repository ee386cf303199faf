import { InsituError } from "insitu";

/** What went wrong and what to do, for a reader. */
export interface Problem {
  /** The error's class: what to search for. */
  name: string;
  problem: string;
  remedy: string;
}

export function toProblem(error: unknown): Problem {
  if (error instanceof InsituError) return { name: error.name, problem: error.problem, remedy: error.remedy };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, problem: message, remedy: "This should not happen: the browser's console says more." };
}

/** Puts a problem into an element; `undefined` empties it. */
export function showProblem(element: HTMLElement, problem: Problem | undefined): void {
  if (!problem) {
    element.replaceChildren();
    return;
  }
  const strong = document.createElement("strong");
  strong.textContent = problem.problem;
  const name = document.createElement("code");
  name.className = "error-name";
  name.textContent = problem.name;
  element.replaceChildren(strong, ` ${problem.remedy} `, name);
}
