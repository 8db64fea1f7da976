import { textColumns } from '#src/mail/text-columns';
import { withoutMarks } from '#src/rules/own-words';
import { at } from '#src/rules/places';
import type { Finding, Rule } from '#src/rules/rule';

const shortest = 40;
const longest = 90;

// Soft hyphen, grapheme joiner, Arabic letter mark, fillers, zero-width signs, word joiner, byte order mark, no-break space.
const fillers =
  /(?:(?:\u00ad|\u034f|\u061c|\u115f|\u180e|\u2007|\u200b|\u200c|\u200d|\u2060|\ufeff|\u00a0|&(?:nbsp|zwnj|shy|#8199|#847);)\s*){4,}/;

const usefulPreheader: Rule = {
  id: 'D18',
  name: 'usefulPreheader',
  level: 'warn',
  part: 'headers',
  check: ({ rendered, email }) => {
    if (!email && rendered.preheader === '') return []; // a letter’s first words serve as well
    const words = withoutMarks(rendered.preheader);
    const count = textColumns(words);
    const problems: [boolean, Omit<Finding, 'place'>][] = [
      [count < shortest || count > longest, { fault: 'length', values: { count } }],
      [words !== '' && words === withoutMarks(rendered.subject), { fault: 'repeated' }],
    ];
    return problems.filter(([broken]) => broken).map(([, fault]) => ({ place: at('preheader'), ...fault }));
  },
};

/** Fillers after the preheader are noise to a screen reader and cost 1 to 2 KB. */
const noFillers: Rule = {
  id: 'D19',
  name: 'noFillers',
  level: 'block',
  part: 'html',
  check: ({ rendered }) => {
    const filler = fillers.exec(rendered.html);
    return filler ? [{ place: at('character', { index: filler.index }), fault: 'filler' }] : [];
  },
};

export const preheaderRules: Rule[] = [usefulPreheader, noFillers];
