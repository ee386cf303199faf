/** Protocol buffers' wire format, as far as an ONNX model needs it: bytes of fields, to be joined. */

/** A varint field; negative numbers take ten bytes, as the format has it. */
export function int(field: number, value: number): Uint8Array {
  return join([varint(BigInt(field << 3)), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** A field of 32 bits. */
export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([varint(BigInt((field << 3) | 5)), bytes]);
}

export function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

/** A field with a length: bytes, or a message of the fields given. */
export function bytes(field: number, value: Uint8Array): Uint8Array {
  return join([varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value]);
}

export function message(field: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytes(field, join(fields));
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest ? low | 0x80 : low);
  } while (rest);
  return Uint8Array.from(out);
}
