import { expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { renderEmail } from '#src/mail/render-email';
import { digestSamples, noticeSamples, readDigestSample, readNoticeSample } from '#src/mail/samples';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-conditional-comment': 'off', // classic Outlook lays out by ghost tables in them
    'no-inline-style': 'off', // Gmail drops style elements for accounts that are not its own
    'no-deprecated-attr': 'off', // Outlook for Windows reads align and bgcolor
    'prefer-native-element': 'off', // HTML5 sectioning is kept by 14 of 41 clients, a role by most
  },
});

const requests = [
  ...digestSamples.flatMap((name) =>
    ['en', 'he'].map((language) => ({ email: 'digest', variables: readDigestSample(name, language) }) as const),
  ),
  ...noticeSamples.flatMap((name) => ['en', 'he'].map((language) => readNoticeSample(name, language))),
];

test('every sample is valid HTML, but for what email needs', async () => {
  for (const request of requests) {
    const { html } = await renderEmail(request);
    const { results } = await validator.validateString(html);
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`))).toEqual([]);
  }
});
