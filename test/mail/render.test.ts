import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { projectFile } from '#src/project';
import { createRenderer, type Renderer } from '#src/mail/render';
import { renderEmail } from '#src/mail/render-email';
import { readDigestSample, readNoticeSample } from '#src/mail/samples';

const renderers: Renderer[] = [];
const digest = { email: 'digest', variables: readDigestSample('english-eight') } as const;

function renderer(options?: Parameters<typeof createRenderer>[0]): Renderer {
  const created = createRenderer(options);
  renderers.push(created);
  return created;
}

beforeAll(() => {
  if (!existsSync(projectFile('dist/src/mail/render-child.js'))) throw new Error('The child runs the emitted code: npx tsc first');
});

afterEach(async () => {
  await Promise.all(renderers.splice(0).map((created) => created.close()));
});

test('a child process gives the same bytes as this one', async () => {
  expect(await renderer().render(digest)).toEqual(await renderEmail(digest));
});

test('many requests at once are answered by one child, each with its own mail', async () => {
  const one = renderer();
  expect(one.pid()).toBeNull();
  const requests = [
    digest,
    readNoticeSample('confirmation', 'he'),
    readNoticeSample('confirmation', 'en'),
    readNoticeSample('welcome', 'he'),
  ];
  const rendered = await Promise.all(requests.map((request) => one.render(request)));
  expect(rendered).toEqual(await Promise.all(requests.map(renderEmail)));
  expect(one.pid()).toEqual(expect.any(Number));
});

test('wrong variables are refused and leave the child alive', async () => {
  const one = renderer();
  const { articles: _, ...incomplete } = digest.variables;
  await expect(one.render({ email: 'digest', variables: incomplete as never })).rejects.toThrow(/articles/);
  const pid = one.pid();
  await one.render(digest);
  expect(one.pid()).toBe(pid);
});

test('when the child dies, those who wait are told, and the next request starts another', async () => {
  const one = renderer();
  await one.render(digest);
  const pid = one.pid()!;
  const lost = Promise.all([one.render(digest), one.render(digest)]);
  process.kill(pid, 'SIGKILL');
  await expect(lost).rejects.toThrow('The render process ended (SIGKILL)');
  expect((await one.render(digest)).subject).toBe('Hadera water plant slips a year');
  expect(one.pid()).not.toBe(pid);
});

test('a child that takes too long is ended', async () => {
  const one = renderer({ timeoutMs: 1 });
  await expect(one.render(digest)).rejects.toThrow('Rendering "digest" took longer than 1 ms');
  expect(one.pid()).toBeNull();
});

test('an idle child is let go', async () => {
  const one = renderer({ idleMs: 10 });
  await one.render(digest);
  for (let turn = 0; turn < 100 && one.pid() !== null; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(one.pid()).toBeNull();
});

test('closing tells those who wait', async () => {
  const one = renderer();
  const waiting = one.render(digest);
  const told = expect(waiting).rejects.toThrow('The renderer was closed');
  await one.close();
  await told;
});
