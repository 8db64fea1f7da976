import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { headlineFromStandfirst } from '#src/articles/headline-from-standfirst';

describe('a headline from a standfirst', () => {
  test.each([
    ['Talks resume in Cairo, officials say', 'Talks resume in Cairo'],
    ['Talks resume: what we know', 'Talks resume'],
    ['Talks resume; nobody smiles', 'Talks resume'],
    ['Talks resume – at last', 'Talks resume'],
    ['Talks resume', 'Talks resume'],
    ['About 12,000 people left at 09:48, police say', 'About 12,000 people left at 09:48'],
    ['שיחות חודשו בקהיר, לדברי גורמים', 'שיחות חודשו בקהיר'],
    [', nothing before the comma', ', nothing before the comma'],
    ['word '.repeat(40).trim(), 'word '.repeat(18).trim()],
    ['x'.repeat(200), 'x'.repeat(90)],
  ])('%j → %j', (standfirst, headline) => expect(headlineFromStandfirst(standfirst)).toBe(headline));

  test('is a beginning of it, in whole words, and never empty', () => {
    const words = fc.array(fc.stringMatching(/^[a-zא-ת]{1,12}$/), { minLength: 1, maxLength: 60 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(words, (standfirst) => {
        const headline = headlineFromStandfirst(standfirst);
        expect(`${standfirst} `.startsWith(`${headline} `)).toBe(true);
        expect(headline.length).toBeGreaterThan(0);
        expect(headline.length).toBeLessThanOrEqual(90);
      }),
    );
  });
});
