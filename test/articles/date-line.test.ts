import { describe, expect, test } from '@jest/globals';
import { readDateLine } from '#src/articles/date-line';

const zone = 'Asia/Jerusalem';
const morning = '2025-10-06T06:48:00.000Z';
const midnight = '2025-10-05T21:00:00.000Z';

describe('a date line', () => {
  test.each([
    'October 6, 2025 09:48',
    'OCTOBER 6 2025, 09:48',
    'Oct. 6, 2025, 9:48 am',
    'October 6th, 2025 at 9:48 a.m.',
    'Monday, October 6, 2025 09:48',
    'Published: October 6, 2025 09:48',
    '6 October 2025 09:48',
    '6 Oct 2025, 09.48',
    '6th of October 2025 – 09:48',
    '6/10/2025 09:48',
    '06.10.2025, 09:48',
    '2025-10-06 09:48',
    '2025-10-06T09:48:00',
    '2025-10-06T06:48:00Z',
    '2025-10-06T06:48:00.123Z',
    '2025-10-06T08:48:00+02:00',
    'Mon, 06 Oct 2025 08:48:00 +0200',
    '6 October 2025 06:48 GMT',
    '6 באוקטובר 2025 09:48',
    '6 באוקטובר 2025, 09:48',
    '6 באוקטובר, 2025 בשעה 09:48',
    'יום שני, 6 באוקטובר 2025, 09:48',
    'פורסם: 6 אוקטובר 2025 09:48',
    '\u200F6 באוקטובר 2025 09:48',
  ])('%s', (line) => expect(readDateLine(line, zone)).toEqual(new Date(morning)));

  test.each(['October 6, 2025', '6 October 2025', '6.10.2025', '2025-10-06', '6 באוקטובר 2025'])('%s is midnight', (line) => {
    expect(readDateLine(line, zone)).toEqual(new Date(midnight));
  });

  test('noon and midnight are told apart', () => {
    expect(readDateLine('October 6, 2025 12:00 pm', 'UTC')).toEqual(new Date('2025-10-06T12:00:00Z'));
    expect(readDateLine('October 6, 2025 12:00 am', 'UTC')).toEqual(new Date('2025-10-06T00:00:00Z'));
  });

  test('of the hour that comes twice the first is taken, and what a skipped hour names is moved on', () => {
    expect(readDateLine('October 25, 2026 01:30', zone)).toEqual(new Date('2026-10-24T22:30:00Z'));
    expect(readDateLine('March 27, 2026 02:30', zone)).toEqual(new Date('2026-03-27T00:30:00Z'));
  });

  test.each([
    'February 30, 2025 09:48',
    '31 April 2025',
    '2025-13-01',
    '10/25/2025 09:48',
    'October 6, 2025 25:00',
    'October 6, 2025 13:00 pm',
    '2025-10-06T09:60',
  ])('%s is impossible', (line) => expect(readDateLine(line, zone)).toBe('impossible'));

  test.each([
    'Octember 6, 2025 09:48',
    'October 6',
    'He was born on October 6, 2025',
    'October 6, 2025 09:48 was the hour that everybody remembers',
    '2025',
    '',
    `October 6, 2025 ${' '.repeat(200)}09:48`,
  ])('"%s" is none', (line) => expect(readDateLine(line, zone)).toBeNull());
});
