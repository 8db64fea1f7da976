import { textColumns } from '#src/mail/text-columns';
import { withoutMarks } from '#src/rules/own-words';
import { at } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

const shortest = 20;
const longest = 50;

/** Phones cut a subject at about 50 characters, and Gmail joins mails of equal subjects into one thread and clips that. */
export const subject: Rule = {
  id: 'D17',
  name: 'subject',
  level: 'warn',
  part: 'headers',
  check: ({ rendered, previousSubjects = [] }) => {
    const words = withoutMarks(rendered.subject);
    const count = textColumns(words);
    const problems: [boolean, Omit<Finding, 'place'>][] = [
      [count < shortest, { fault: 'short', values: { count } }],
      [count > longest, { fault: 'long', values: { count } }],
      [previousSubjects.some((previous) => withoutMarks(previous) === words), { fault: 'repeated' }],
      [/\p{Lu}{4,}/u.test(words) && words === words.toUpperCase(), { fault: 'capitals' }],
      [/^(re|fwd?|השב|הועבר)\s*:/i.test(words), { fault: 'answer' }],
    ];
    return problems.filter(([broken]) => broken).map(([, fault]) => ({ place: at('subject'), ...fault }));
  },
};
