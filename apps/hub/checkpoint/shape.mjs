/** A model's shape as text: `<layers>x<width>x<heads>x<vocabulary>`, or a name. */

/** Shapes that have a name. */
const NAMED = { gpt2: "12x768x12x50257", tiny: "4x256x8x3072" };

/** A shape as text, names resolved. @param {string} text @throws Error */
export function canonicalShape(text) {
  const shape = NAMED[text] ?? text;
  const { n_layer, n_embd, n_head, vocab_size } = configOfShape(shape);
  if (![n_layer, n_embd, n_head, vocab_size].every((n) => n > 0) || n_embd % n_head !== 0) {
    throw new Error(
      `${text} is no model's shape: give LAYERSxWIDTHxHEADSxVOCABULARY, such as 4x256x8x4096, its width a ` +
        `multiple of its heads, or one of ${Object.keys(NAMED).join(", ")}.`,
    );
  }
  return shape;
}

/** The keys of config.json that a shape sets. @param {string} text */
export function configOfShape(text) {
  const [n_layer, n_embd, n_head, vocab_size] = text.split("x").map(Number);
  return { n_layer, n_embd, n_head, vocab_size };
}
