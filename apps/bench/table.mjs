/** The table on the screen: rows as they are done, with how long each took to come, and what they came to. */

export function formatRow({ name, value, min, max, unit, bar, pass, note }, seconds) {
  const state = pass === null ? "--  " : pass ? "ok  " : "FAIL";
  const spread = value !== null && min !== max ? ` [${number(min)} … ${number(max)}]` : "";
  const figure = value === null ? "" : `: ${number(value)}${spread} ${unit}`;
  const wanted = bar ? `, bar ${bar}` : "";
  const took = seconds >= 1 ? ` (${seconds.toFixed(0)} s)` : "";
  return `${state} ${name}${figure}${wanted}${took}${note ? `\n       ${note}` : ""}`;
}

export function summary({ adapter, flags, rows }) {
  const passed = rows.filter(({ pass }) => pass === true).length;
  const failed = rows.filter(({ pass }) => pass === false).length;
  const software = /swiftshader|llvmpipe|lavapipe|basic render/i.test(adapter) ? " (software: this is not a GPU)" : "";
  const set = Object.entries(flags).filter(([, value]) => value !== "");
  return [
    `Adapter: ${adapter}${software}`,
    set.map(([name, value]) => `${name} = ${value}`).join(", "),
    `${passed} passed, ${failed} failed, ${rows.length - passed - failed} without a bar`,
  ].join("\n");
}

/** Four digits that count; integers whole. */
function number(x) {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(4)));
}
