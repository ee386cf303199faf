/** What a page loads, minified and gzipped: measured on the packed packages, installed as a stranger has them. */
const modules = process.env.INSITU_MEASURED ?? "node_modules";
const of = (name, file, limit, more = {}) => ({ name, path: `${modules}/${file}`, limit, gzip: true, ...more });
const REACT = ["react", "react-dom", "react/jsx-runtime"];
const component = (name, limit) =>
  of(`@insitu/react: \`<${name}>\` with all that it needs but React`, "@insitu/react/dist/esm/index.js", limit, {
    import: `{ InsituProvider, ${name} }`,
    ignore: [...REACT, "ml-matrix"],
  });

export default [
  of("insitu: everything, with the tokenizer", "insitu/dist/esm/index.js", "44 kB", { import: "*" }),
  of("insitu: the worker", "insitu/dist/engine/worker.js", "450 kB"),
  of("@insitu/analysis: everything, on top", "@insitu/analysis/dist/esm/index.js", "24 kB", {
    import: "*",
    ignore: ["insitu", "ml-matrix"],
  }),
  component("TopTokens", "50 kB"),
];
