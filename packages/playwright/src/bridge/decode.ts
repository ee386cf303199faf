import type { PageAnswer } from "./inPage.ts";

const ARRAYS = { Float32Array, Int32Array, Uint8Array };

interface Named {
  $array?: keyof typeof ARRAYS;
  $number?: string;
  at: number;
  bytes: number;
}

/** An answer of the page's with its typed arrays again, each with a buffer of its own. */
export function decode(json: PageAnswer["json"], bytes: Buffer): unknown {
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { $array, $number, at, bytes: length } = value as Named;
    if ($number !== undefined) return Number($number);
    if ($array === undefined) return value;
    const from = bytes.byteOffset + at;
    return new ARRAYS[$array](bytes.buffer.slice(from, from + length) as ArrayBuffer);
  });
}
