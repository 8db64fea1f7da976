import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPreview, type PreviewServer } from '#src/http/preview/open-preview';
import { previewModes } from '#src/http/studio/preview-modes';

const watched = mkdtempSync(join(tmpdir(), 'briefing-templates-'));
let preview: PreviewServer;

beforeAll(async () => {
  preview = await openPreview({ port: 0, watched });
});
afterAll(() => preview.close());

async function page(path: string): Promise<{ status: number; type: string; html: string }> {
  const response = await fetch(new URL(path, preview.url));
  return { status: response.status, type: response.headers.get('content-type') ?? '', html: await response.text() };
}

test('the page lists every sample, names what the rules found, and asks nobody else for anything', async () => {
  const { status, html } = await page('/');
  expect(status).toBe(200);
  for (const name of ['digests/hostile', 'digests/hebrew-thirty', 'confirmation', 'goodbye']) expect(html).toContain(`>${name}</a>`);
  expect(html).toContain('Hadera water plant slips a year');
  expect(html).toContain('every rule is kept');
  expect(html).not.toMatch(/(?:src|href)="https?:/);
});

test.each([...previewModes, 'text'])('an email is shown as %s, in a sandbox', async (mode) => {
  const shown = await fetch(new URL(`/email?sample=digests/hebrew-eight&language=he&mode=${mode}`, preview.url));
  expect([shown.status, shown.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining('sandbox')]);
  const html = await shown.text();
  expect(html).toContain('05.01.2026');
  expect(html).not.toContain('slot.');
  expect(html.startsWith('<!doctype html><meta charset="utf-8"><pre')).toBe(mode === 'text');
});

test('a letter is shown in either language, and an unknown name is the first sample', async () => {
  expect((await page('/email?sample=confirmation&language=he')).html).toContain('dir="rtl"');
  expect((await page('/email?sample=../../package&language=xx&mode=evil&width=1')).html).toContain('Hadera desalination plant');
});

test('a change of a template reaches the page at once', async () => {
  const changes = await fetch(new URL('/changes', preview.url), { signal: AbortSignal.timeout(10_000) });
  expect(changes.headers.get('content-type')).toContain('text/event-stream');
  const reader = changes.body!.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value as Uint8Array);
  expect(await read()).toBe(': open\n\n');
  writeFileSync(join(watched, 'digest.mjml'), 'changed');
  expect(await read()).toBe('data: changed\n\n');
  await reader.cancel();
  expect((await page('/email')).status).toBe(200);
});
