import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkScripts, compile } from './compile.mjs';
import { jest } from './jest.mjs';
import { root } from './places.mjs';
import { run } from './processes.mjs';
import { impersonal } from './settings.mjs';

/** Without a folder list oxlint walks into node_modules of a copy without .gitignore. */
const linted = ['src', 'workers', 'test', 'bench', 'scripts', 'bin'];

/**
 * All that can be said about the text without a database: form, types, lint, floors. Every step runs, whatever the one before found.
 * @returns {Promise<number>} exit code
 */
export async function check() {
  const tool = (/** @type {string} */ name, /** @type {string[]} */ args) =>
    run(join(root, 'node_modules', '.bin', name), args, { cwd: root });
  const folders = linted.filter((folder) => existsSync(join(root, folder)));
  const steps = {
    format: () => tool('oxfmt', ['--check', '.']),
    types: async () => ((await compile(root)) && (await checkScripts(root)) ? 0 : 1),
    lint: () => tool('oxlint', ['--type-aware', ...folders]),
    architecture,
  };
  const failed = [];
  for (const [name, step] of Object.entries(steps)) if ((await step()) !== 0) failed.push(name);
  if (failed.length > 0) console.error(`npm run check found faults: ${failed.join(', ')}.`);
  return failed.length === 0 ? 0 : 1;
}

async function architecture() {
  const file = join('test', 'architecture.test.ts');
  return existsSync(join(root, file)) ? jest([file], { ...impersonal(process.env), NODE_ENV: 'test' }) : 0;
}
