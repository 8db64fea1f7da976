import type { DigestEmail } from '#src/mail/digest-email';
import { cleanText } from '#src/mail/clean-text';
import { textColumns } from '#src/mail/text-columns';
import { articleWords, withoutMarks } from '#src/rules/own-words';
import { articlePlace, quote } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const longestLine = 78;
const residue = /<\/?[a-z][^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d+|#x[\da-f]+);/gi;

/** The text part is for people who read text, and is made from the articles, not from the HTML. */
export const textPart: Rule = {
  id: 'D25',
  level: 'block',
  part: 'text',
  promise: 'The text part is numbered, its addresses stand alone on their lines, no line is longer than 78 columns.',
  check: (message) => [
    ...longLines(message),
    ...addressesInLines(message),
    ...leftovers(message),
    ...(message.email ? missingArticles(message, message.email) : []),
  ],
};

function longLines({ rendered }: CheckedMessage): Finding[] {
  return rendered.text
    .split('\n')
    .filter((line) => textColumns(line) > longestLine && !/^https?:\/\/\S+$/.test(line))
    .map((line) => ({ place: `line ${quote(line)}`, message: `A line has ${textColumns(line)} columns.`, remedy: 'Wrap it at 78.' }));
}

function addressesInLines({ rendered, email }: CheckedMessage): Finding[] {
  const quoted = `${articleWords(email)} ${cleanText(email?.note ?? '')}`;
  return rendered.text
    .split('\n')
    .filter(
      (line) =>
        /\S\s+https?:\/\/\S|https?:\/\/\S+\s+\S/.test(line) &&
        ![...line.matchAll(/https?:\/\/\S+/g)].every(([url]) => quoted.includes(url)),
    )
    .map((line) => ({ place: `line ${quote(line)}`, message: 'An address shares its line.', remedy: 'Put it on a line of its own.' }));
}

function leftovers({ rendered, email }: CheckedMessage): Finding[] {
  const quoted = withoutMarks(`${articleWords(email)} ${cleanText(email?.note ?? '')}`);
  const found = withoutMarks(rendered.text).match(residue) ?? [];
  return found
    .filter((tag) => !quoted.includes(tag))
    .map((tag) => ({ place: quote(tag), message: 'Markup is left in the text.', remedy: 'Write plain text.' }));
}

function missingArticles({ rendered }: CheckedMessage, email: DigestEmail): Finding[] {
  const lines = rendered.text.split('\n');
  const words = withoutMarks(rendered.text).replaceAll(' ', '');
  return inTextOrder(email).flatMap((article, index) => {
    const numbered = words.includes(`${index + 1}.${withoutMarks(cleanText(article.headline)).replaceAll(' ', '')}`);
    const place = articlePlace(email, email.articles.indexOf(article));
    if (numbered && lines.includes(new URL(article.url).href)) return [];
    return [
      { place, message: 'The text lacks the article’s number, headline or address.', remedy: 'Render the text from the articles again.' },
    ];
  });
}

function inTextOrder(email: DigestEmail) {
  return (['top', 'brief', 'more'] as const).flatMap((slot) => email.articles.filter((article) => article.slot === slot));
}
