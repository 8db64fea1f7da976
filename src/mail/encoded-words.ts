const longestLine = 76; // RFC 2047 §2, for a line that holds an encoded word
const longestPayload = 75 - '=?utf-8?B??='.length;

/**
 * Text as RFC 2047 encoded words, B or Q by which is shorter, folded. A character never spans two words, and the words are
 * safe in a phrase too (§5 rule 3).
 *
 * @param column where in its line the first word will stand
 */
export function encodeWords(text: string, column: number): string {
  const characters = Array.from(Buffer.from(text).toString()); // a lone surrogate becomes U+FFFD, as it would on the wire
  const encoding = lengthInQ(characters.join('')) <= lengthInB(characters.join('')) ? 'Q' : 'B';
  const lengthOf = encoding === 'Q' ? lengthInQ : lengthInB;
  const words: string[] = [];
  let word = '';
  let room = Math.min(longestPayload, longestLine - column - '=?utf-8?B??='.length);
  for (const character of characters) {
    if (lengthOf(word + character) > room) {
      words.push(word);
      word = '';
      room = longestPayload - 1; // the blank that a folded line begins with
    }
    word += character;
  }
  words.push(word);
  return words.map((each) => `=?utf-8?${encoding}?${encoding === 'Q' ? inQ(each) : Buffer.from(each).toString('base64')}?=`).join('\r\n ');
}

function lengthInB(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) * 4;
}

function lengthInQ(text: string): number {
  return inQ(text).length;
}

function inQ(text: string): string {
  return text.replace(/[^A-Za-z0-9!*+\-/]/gu, (character) =>
    character === ' ' ? '_' : Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '=$&'),
  );
}
