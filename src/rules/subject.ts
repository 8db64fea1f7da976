import { textColumns } from '#src/mail/text-columns';
import { withoutMarks } from '#src/rules/own-words';
import type { Finding, Rule } from '#src/rules/rule';

const shortest = 20;
const longest = 50;

/** Phones cut a subject at about 50 characters, and Gmail joins mails of equal subjects into one thread and clips that. */
export const subject: Rule = {
  id: 'D17',
  level: 'warn',
  part: 'headers',
  promise: 'The subject has 20 to 50 characters and is new.',
  check: ({ rendered, previousSubjects = [] }) => {
    const words = withoutMarks(rendered.subject);
    const columns = textColumns(words);
    const problems: [boolean, string, string][] = [
      [columns < shortest, `The subject has ${columns} characters.`, 'Say a little more: 20 to 50 characters.'],
      [columns > longest, `The subject has ${columns} characters; phones cut it.`, 'Shorten it to 50 characters.'],
      [
        previousSubjects.some((previous) => withoutMarks(previous) === words),
        'An earlier digest had the same subject.',
        'Name today’s news.',
      ],
      [/\p{Lu}{4,}/u.test(words) && words === words.toUpperCase(), 'The subject is all in capitals.', 'Write it as a sentence.'],
      [/^(re|fwd?|השב|הועבר)\s*:/i.test(words), 'The subject looks like an answer.', 'Leave out “Re:”.'],
    ];
    return problems.filter(([broken]) => broken).map(([, message, remedy]): Finding => ({ place: 'Subject', message, remedy }));
  },
};
