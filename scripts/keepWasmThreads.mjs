/**
 * The threaded wasm backend starts its threads from its own function's text, where `_scriptDir` does
 * not exist; it asks by `typeof`. The minifier, seeing the variable declared outside, drops the
 * question, and every thread dies. Nothing needs `_scriptDir` here, so it is taken out.
 */
export function keepWasmThreads() {
  const uses = ['if(typeof _scriptDir !== "undefined" && _scriptDir){scriptDirectory=_scriptDir}', "||_scriptDir"];
  return {
    name: "insitu:keep-wasm-threads",
    transform(code, id) {
      if (!id.endsWith("/wasm-out/tfjs-backend-wasm-threaded-simd.js")) return null;
      for (const use of uses) if (!code.includes(use)) this.error(`The wasm backend has changed: it lacks ${use}`);
      return { code: uses.reduce((text, use) => text.replaceAll(use, ""), code), map: null };
    },
  };
}
