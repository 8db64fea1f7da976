const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u;
const plain = /^[\u0020-\u007e\u05d0-\u05ea]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns a line takes on a terminal: Latin and Hebrew letters one, points and marks none, emoji and East Asian signs two. */
export function textColumns(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += zeroWidth.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
  return columns;
}

/** The text in pieces of at most `limit` columns, never inside a character as a reader sees it. */
export function splitAtColumns(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    const width = textColumns(segment);
    if (columns + width > limit && piece !== '') {
      pieces.push(piece);
      piece = '';
      columns = 0;
    }
    piece += segment;
    columns += width;
  }
  return piece === '' ? pieces : [...pieces, piece];
}
