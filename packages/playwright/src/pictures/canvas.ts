import { PNG } from "pngjs";
import { dotAt, GLYPH } from "./font.ts";

export type Color = readonly [red: number, green: number, blue: number];

/** Dots of a letter in the picture's own. */
const SCALE = 2;

/** A letter with the space behind it, and its height. */
export const LETTER = { width: (GLYPH.width + 1) * SCALE, height: GLYPH.height * SCALE };

/** A white picture to draw on. */
export class Canvas {
  private readonly png: PNG;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.png = new PNG({ width, height });
    this.png.data.fill(255);
  }

  fill(left: number, top: number, width: number, height: number, [red, green, blue]: Color): void {
    const { data } = this.png;
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++) {
        const at = (y * this.width + x) * 4;
        data[at] = red;
        data[at + 1] = green;
        data[at + 2] = blue;
      }
    }
  }

  frame(left: number, top: number, width: number, height: number, color: Color): void {
    this.fill(left, top, width, 1, color);
    this.fill(left, top + height - 1, width, 1, color);
    this.fill(left, top, 1, height, color);
    this.fill(left + width - 1, top, 1, height, color);
  }

  text(text: string, left: number, top: number, color: Color): void {
    [...text].forEach((letter, i) => {
      for (let row = 0; row < GLYPH.height; row++) {
        for (let column = 0; column < GLYPH.width; column++) {
          if (dotAt(letter, row, column))
            this.fill(left + i * LETTER.width + column * SCALE, top + row * SCALE, SCALE, SCALE, color);
        }
      }
    });
  }

  toBuffer(): Buffer {
    return PNG.sync.write(this.png);
  }
}
