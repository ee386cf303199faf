/** The faces of the page, before it is first drawn: what comes in time is used, what comes late is for the next visit. */
import "./fonts.css";

export async function fontsReady(milliseconds = 300): Promise<void> {
  const faces = ['1em "Inter Variable"', '600 1em "Inter Variable"', '1em "JetBrains Mono Variable"'];
  const late = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const loaded = Promise.all(faces.map((face) => document.fonts.load(face))).then(
    () => {},
    () => {},
  );
  await Promise.race([loaded, late]);
}
