import { cleanText } from '#src/mail/clean-text';
import { withoutMarks } from '#src/rules/own-words';
import { at } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

const firstCharacters = 200;

/** Apple and Gmail summarise a mail from its first words: they should find a sentence of the lead, its headline at least. */
export const firstWords: Rule = {
  id: 'D20',
  name: 'firstWords',
  level: 'warn',
  part: 'html',
  check: ({ html, email }) => {
    const lead = email?.articles.find((article) => article.slot === 'top') ?? email?.articles[0];
    if (!lead) return [];
    const seen = withoutMarks(html.texts.map(({ text }) => text).join(' ')).slice(0, firstCharacters);
    const sentences = [lead.headline, ...[email?.note ?? '', lead.description].map((text) => text.split(/(?<=[.!?…])\s/u)[0] ?? '')];
    if (sentences.some((sentence) => sentence !== '' && seen.replaceAll(' ', '').includes(cleanText(sentence).replaceAll(' ', ''))))
      return [];
    return [{ place: at('beginning'), fault: 'late' }];
  },
};
