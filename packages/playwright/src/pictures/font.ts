/** Letters for pictures: five dots wide and seven high, each row of dots as two hexadecimal digits. */
export const GLYPH = { width: 5, height: 7 };

const GLYPHS: Record<string, string> = {
  "0": "0e11131519110e",
  "1": "040c040404040e",
  "2": "0e11010204081f",
  "3": "1f02040201110e",
  "4": "02060a121f0202",
  "5": "1f101e0101110e",
  "6": "0608101e11110e",
  "7": "1f010204080808",
  "8": "0e11110e11110e",
  "9": "0e11110f01020c",
  ".": "00000000000c0c",
  ",": "000000000c0408",
  ":": "000c0c000c0c00",
  "-": "0000001f000000",
  "+": "0004041f040400",
  "=": "00001f001f0000",
  "/": "00010204081000",
  "[": "0e08080808080e",
  "]": "0e02020202020e",
  "(": "02040808080402",
  ")": "08040202020408",
  a: "00000e010f110f",
  b: "1010161911111e",
  c: "00000e1010110e",
  d: "01010d1311110f",
  e: "00000e111f100e",
  f: "0609081c080808",
  g: "000f11110f010e",
  h: "10101619111111",
  i: "04000c0404040e",
  j: "0200060202120c",
  k: "10101214181412",
  l: "0c04040404040e",
  m: "00001a15151111",
  n: "00001619111111",
  o: "00000e1111110e",
  p: "00001e111e1010",
  q: "00000d130f0101",
  r: "00001619101010",
  s: "00000e100e011e",
  t: "08081c08080906",
  u: "0000111111130d",
  v: "00001111110a04",
  w: "0000111115150a",
  x: "0000110a040a11",
  y: "000011110f010e",
  z: "00001f0204081f",
  N: "11111915131111",
};

/** Whether a letter has a dot there; of letters that are not in the table, none. */
export function dotAt(letter: string, row: number, column: number): boolean {
  const rows = GLYPHS[letter];
  return rows !== undefined && ((Number.parseInt(rows.slice(row * 2, row * 2 + 2), 16) >> (4 - column)) & 1) === 1;
}
