import { textColumns } from '#src/mail/text-columns';
import { withoutMarks } from '#src/rules/own-words';
import type { Finding, Rule } from '#src/rules/rule';

const shortest = 40;
const longest = 90;

// Soft hyphen, grapheme joiner, Arabic letter mark, fillers, zero-width signs, word joiner, byte order mark, no-break space.
const fillers =
  /(?:(?:\u00ad|\u034f|\u061c|\u115f|\u180e|\u2007|\u200b|\u200c|\u200d|\u2060|\ufeff|\u00a0|&(?:nbsp|zwnj|shy|#8199|#847);)\s*){4,}/;

const usefulPreheader: Rule = {
  id: 'D18',
  level: 'warn',
  part: 'headers',
  promise: 'The preheader has 40 to 90 characters and adds to the subject.',
  check: ({ rendered, email }) => {
    if (!email && rendered.preheader === '') return []; // a letter’s first words serve as well
    const words = withoutMarks(rendered.preheader);
    const columns = textColumns(words);
    const problems: [boolean, string, string][] = [
      [
        columns < shortest || columns > longest,
        `The preheader has ${columns} characters.`,
        'Use 40 to 90 characters, made of the second to fourth article.',
      ],
      [
        words !== '' && words === withoutMarks(rendered.subject),
        'The preheader repeats the subject.',
        'Name the second to fourth article.',
      ],
    ];
    return problems.filter(([broken]) => broken).map(([, message, remedy]): Finding => ({ place: 'Preheader', message, remedy }));
  },
};

/** Fillers after the preheader are noise to a screen reader and cost 1 to 2 KB. */
const noFillers: Rule = {
  id: 'D19',
  level: 'block',
  part: 'html',
  promise: 'No invisible characters fill the preview.',
  check: ({ rendered }) => {
    const filler = fillers.exec(rendered.html);
    return filler
      ? [
          {
            place: `character ${filler.index}`,
            message: 'Invisible characters fill the preview.',
            remedy: 'Leave them out: the masthead follows the preheader.',
          },
        ]
      : [];
  },
};

export const preheaderRules: Rule[] = [usefulPreheader, noFillers];
