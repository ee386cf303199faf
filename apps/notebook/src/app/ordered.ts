/** How cells run, said in the help and beside the button. */
export const ORDERED =
  "Ordered: cells run when you run them, in the order you run them, like Jupyter. A dot marks what is stale: its text, or something it uses, has changed since it ran.";
