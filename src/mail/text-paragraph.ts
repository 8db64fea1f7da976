import { cleanText } from '#src/mail/clean-text';
import { markDirection } from '#src/mail/mark-direction';
import { splitAtColumns, textColumns } from '#src/mail/text-columns';

const longestLine = 78;

/** A paragraph of the text part: lines of at most 78 columns, each with its direction marks, since every line is a paragraph to a client. */
export function textParagraph(text: string, language: string): string {
  const lines: string[] = [];
  let line = '';
  let columns = 0;
  for (const word of cleanText(text)
    .split(' ')
    .flatMap((whole) => splitAtColumns(whole, longestLine))) {
    const width = textColumns(word);
    if (line !== '' && columns + 1 + width > longestLine) {
      lines.push(line);
      line = word;
      columns = width;
    } else {
      line = line === '' ? word : `${line} ${word}`;
      columns += width + (line === word ? 0 : 1);
    }
  }
  return [...lines, line].map((finished) => markDirection(finished, language)).join('\n');
}

/** A heading with a line under it. */
export function textHeading(text: string, language: string): string {
  const heading = textParagraph(text, language);
  return `${heading}\n${'-'.repeat(Math.min(longestLine, textColumns(cleanText(text))))}`;
}
