import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { languages, messageKeys, t } from '#src/locales';
import { projectFile } from '#src/project';

test.each(languages)('no text is missing in %s', (language) => {
  expect(messageKeys(language).toSorted()).toEqual(messageKeys('en').toSorted());
});

test.each(languages)('every text of %s can be read', (language) => {
  // values are not given here, and not missed before the text has been read
  const faults = messageKeys(language).flatMap((key) => {
    try {
      t(language, key);
    } catch (error) {
      if (error instanceof SyntaxError) return [`${key}: ${error.message}`];
    }
    return [];
  });
  expect(faults).toEqual([]);
});

const names = /\b(Atom|RSS|JSON Feed|https)\b/g; // the same in every language

test.each(filesBelow('templates', /\.(eta|mjml)$/))('%s has no text of its own', (path) => {
  const text = readFileSync(projectFile(path), 'utf8');
  const shown = text
    .replace(/<%[\s\S]*?%>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(style|mj-style)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<pre\b[^>]*>form-action[\s\S]*?<\/pre>/g, ''); // a header's value
  const spoken = [...shown.matchAll(/\b(?:aria-label|alt|title|placeholder)="([^"]*)"/g)].map(([, words]) => words ?? '');
  const written = shown.replace(/<[^>]*>/g, ' ').replace(/&\w+;|\/[a-z]+\//g, ' '); // and addresses
  expect(
    [written, ...spoken]
      .join(' ')
      .replace(names, '')
      .match(/\p{L}[\p{L} ]*/gu) ?? [],
  ).toEqual([]);
});

test.each(filesBelow('src/http/pages', /(?<!mailboxes)\.ts$/))('%s says nothing to readers that is not in the locales', (path) => {
  const code = readFileSync(projectFile(path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '')
    .replace(/new Refusal\([^;]*;/g, '') // for programs, in English as the whole API; people see the page of its status
    .replace(/log\.\w+\([^;]*;/g, '')
    .replace(/(sql|new Error)[^;]*;/g, '');
  const sentences = [...code.matchAll(/'([^'\n]*)'/g)]
    .map(([, words]) => words ?? '')
    .filter((words) => /^\p{Lu}\p{Ll}+ \p{L}/u.test(words));
  expect(sentences).toEqual([]);
});

test('another language is another file: Arabic, right to left, on pages and in mails', () => {
  const root = mkdtempSync(join(tmpdir(), 'briefing-arabic-'));
  for (const part of ['package.json', 'templates', 'dist']) cpSync(projectFile(part), join(root, part), { recursive: true });
  symlinkSync(projectFile('node_modules'), join(root, 'node_modules'));
  const english = JSON.parse(readFileSync(projectFile('templates/locales/en.json'), 'utf8')) as object;
  writeFileSync(join(root, 'templates/locales/ar.json'), JSON.stringify(marked(english)));
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program(root)], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  rmSync(root, { recursive: true });
  const { pages, mail } = JSON.parse(printed) as { pages: string[]; mail: { html: string; text: string } };
  for (const html of pages) {
    expect(html).toContain('<html lang="ar" dir="rtl">');
    expect(
      unmarkedIn(html.slice(html.indexOf('<body')))
        .replace(names, '')
        .match(/[a-z]{2,}[a-z ]*/gi) ?? [],
    ).toEqual(['English']);
  }
  expect(mail.html).toMatch(/<html[^>]*\bdir="rtl"/);
  expect(mail.text.replace(/[\u200E\u200F\u2066-\u2069]/g, '')).toContain('⟦Confirm your subscription⟧');
});

/** Every text between brackets; what is in none was written by the code. */
function marked(node: unknown): unknown {
  if (typeof node === 'string') return `⟦${node}⟧`;
  return Object.fromEntries(Object.entries(node as object).map(([key, child]) => [key, marked(child)]));
}

/** What a page shows that came from no locale; Hebrew's own name of itself is Hebrew. */
function unmarkedIn(html: string): string {
  const text = html.replace(/<[^>]*>/g, '').replace(/⟦English⟧/g, 'English');
  let depth = 0;
  return text
    .split('')
    .filter((sign) => {
      if (sign === '⟦') depth += 1;
      if (sign === '⟧') depth -= 1;
      return depth === 0 && sign !== '⟧';
    })
    .join('');
}

function program(root: string): string {
  return `
    const { renderPage } = await import('${root}/dist/src/http/pages/view.js');
    const { renderEmail } = await import('${root}/dist/src/mail/render-email.js');
    const { readNoticeSample } = await import('${root}/dist/src/mail/samples.js');
    const frame = { language: 'ar', now: new Date(0) };
    const pages = [
      renderPage('erased', frame),
      renderPage('data', { ...frame, email: '', asked: true, faults: [] }),
      renderPage('archive', { ...frame, months: [], search: '' }),
      renderPage('link-unknown', { ...frame, email: '', faults: [{ field: 'email', code: 'emailFormat' }] }),
      renderPage('error', { ...frame, status: 429, requestId: '7', retryMinutes: 3, latest: [] }),
    ];
    console.log(JSON.stringify({ pages, mail: await renderEmail(readNoticeSample('confirmation', 'ar')) }));`;
}

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(projectFile(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}
