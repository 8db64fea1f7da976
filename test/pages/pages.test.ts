import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { directionOf, languages } from '#src/locales';
import { renderPage } from '#src/http/pages/view';
import { projectFile } from '#src/project';
import { frame, pageStates } from './page-states.js';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    'doctype-style': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button'] }],
    'void-style': 'off',
    'long-title': 'off',
    'no-trailing-whitespace': 'off',
    'no-implicit-button-type': 'off',
    'no-autofocus': 'off',
    'prefer-native-element': 'off',
    'no-inline-style': 'error',
  },
});

describe.each(languages)('pages in %s', (language) => {
  test.each(pageStates(language).map((one) => [one.state, one] as const))('%s', async (_, { page, variables }) => {
    const html = renderPage(page, { ...frame(language), ...variables });
    expect(html).toContain(`<html lang="${language}" dir="${directionOf(language)}">`);
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+ – Israel Briefing<\/title>/);
    expect(html).not.toMatch(/undefined|\[object|NaN|Invalid Date|[\u{E000}\u{E001}]/u);
    expect(html).not.toMatch(/ style=|<style| on[a-z]+="|<script>|https?:\/\/(?!briefing\.example\.org|mail\.google\.com)/);
    expect(await faultsOf(html)).toEqual([]);
  });
});

test('the masthead has both calendars, as the mails have', () => {
  for (const [language, day] of [
    ['en', 'Sunday 22 November 2026 · 12 Kislev 5787'],
    ['he', 'יום ראשון, 22 בנובמבר 2026 · י״ב בכסלו תשפ״ז'],
  ] as const)
    expect(renderPage('erased', frame(language))).toContain(`<span>${day}</span>`);
});

test('the page of last resort stands alone', async () => {
  const html = readFileSync(projectFile('templates/pages/500.html'), 'utf8');
  expect(html).not.toMatch(/<link|<script|<img|src=/);
  expect(await faultsOf(html)).toEqual([]);
});

test('what a visitor typed stays text', () => {
  const hostile = `"><script>alert(1)</script>'&{{7*7}}<%= 7 %>\u202E`;
  const { variables } = pageStates('en').find(({ state }) => state === 'subscribe') ?? { variables: {} };
  const subscribe = renderPage('subscribe', {
    ...frame('en'),
    ...variables,
    email: hostile,
    suggestion: hostile,
  } as never);
  const archive = renderPage('archive', { ...frame('he'), months: [], search: hostile });
  for (const html of [subscribe, archive]) {
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('49');
  }
});

async function faultsOf(html: string): Promise<string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`));
}
