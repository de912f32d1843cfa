// Text by code points, as the service counts; JavaScript counts some characters (😀, 𝒜) as two.

const NEEDS_TWO_UNITS = /[\u{10000}-\u{10ffff}]/u;

/** The code points of a text: an array, or the text itself where it is as good as one. */
export const points = (text) => (NEEDS_TWO_UNITS.test(text) ? [...text] : text);

export const length = (text) => points(text).length;

export function slice(text, start, end) {
  const piece = points(text).slice(start, end);
  return typeof piece === "string" ? piece : piece.join("");
}
