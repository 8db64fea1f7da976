import type { DigestEmail } from '#src/mail/digest-email';
import { cleanText } from '#src/mail/clean-text';
import { textColumns } from '#src/mail/text-columns';
import { articleWords, withoutMarks } from '#src/rules/own-words';
import { articlePlace, at, clip } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { Saying } from '#src/rules/saying';

const longestLine = 78;
const residue = /<\/?[a-z][^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d+|#x[\da-f]+);/gi;

/** The text part is for people who read text, and is made from the articles, not from the HTML. */
export const textPart: Rule = {
  id: 'D25',
  name: 'textPart',
  level: 'block',
  part: 'text',
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
    .map((line) => ({ place: linePlace(line), fault: 'long', values: { count: textColumns(line) } }));
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
    .map((line) => ({ place: linePlace(line), fault: 'shared' }));
}

function leftovers({ rendered, email }: CheckedMessage): Finding[] {
  const quoted = withoutMarks(`${articleWords(email)} ${cleanText(email?.note ?? '')}`);
  const found = withoutMarks(rendered.text).match(residue) ?? [];
  return found.filter((tag) => !quoted.includes(tag)).map((tag) => ({ place: at('quoted', { words: clip(tag) }), fault: 'markup' }));
}

function missingArticles({ rendered }: CheckedMessage, email: DigestEmail): Finding[] {
  const lines = rendered.text.split('\n');
  const words = withoutMarks(rendered.text).replaceAll(' ', '');
  return inTextOrder(email).flatMap((article, index) => {
    const numbered = words.includes(`${index + 1}.${withoutMarks(cleanText(article.headline)).replaceAll(' ', '')}`);
    if (numbered && lines.includes(new URL(article.url).href)) return [];
    return [{ place: articlePlace(email, email.articles.indexOf(article)), fault: 'article' }];
  });
}

function linePlace(line: string): Saying {
  return at('line', { line: clip(line) });
}

function inTextOrder(email: DigestEmail) {
  return (['top', 'brief', 'more'] as const).flatMap((slot) => email.articles.filter((article) => article.slot === slot));
}
