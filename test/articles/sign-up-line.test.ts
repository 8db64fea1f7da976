import { describe, expect, test } from '@jest/globals';
import { isSignUpLine } from '#src/articles/sign-up-line';

describe('the line that invites to sign up', () => {
  test.each([
    'To get more Israel news, click here to sign up for our free Israel Briefing newsletter.',
    'Sign up for our newsletter',
    'Subscribe to our daily briefing here.',
    'For more, please subscribe to our free newsletter!',
    'Like this story? Join our mailing list.',
    'לעוד חדשות מישראל, לחצו כאן להרשמה לתדריך ישראל, הניוזלטר החינמי שלנו.',
    'הירשמו לניוזלטר שלנו',
    'רוצים עוד? הצטרפו לרשימת התפוצה שלנו ללא תשלום',
    'כדי להירשם לידיעון היומי של מו"ל העיתון לחצו כאן',
  ])('%s', (line) => expect(isSignUpLine(line)).toBe(true));

  test.each([
    'He had signed up for the newsletter of the other party.',
    'Residents were told to register by e-mail before Sunday, here or at the town hall.',
    'More than 2,000 people subscribe to the newsletter of the movement.',
    '“Sign up for our free newsletter,” the banner said.',
    'The coalition signed our free-trade agreement after a briefing.',
    'Sales begin in the spring, with six months of waiting for those who sign up for them today.',
    'התושבים התבקשו להירשם בעירייה עד יום ראשון.',
    'הניוזלטר של התנועה נשלח ל־2,000 איש.',
    'Our reporter contributed to this briefing.',
    '',
    `Sign up for our newsletter ${'and read on '.repeat(40)}`,
  ])('not: %s', (line) => expect(isSignUpLine(line)).toBe(false));
});
