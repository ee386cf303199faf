/** Counts messages: more in a second than a page can read, while it stays usable, is an attack or a mistake. */

const MOST_A_SECOND = 5000;

export class Flood {
  private second = 0;
  private inSecond = 0;

  /** Counts one; whether that is too many. */
  counts(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.inSecond = 0;
    }
    return ++this.inSecond > MOST_A_SECOND;
  }
}

export const FLOODED = "it sent more than the page can read";
