import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Settings } from '#src/settings';
import { projectFile } from '#src/project';

/** The rules of ARCHITECTURE.md. A failing one says which file broke which rule and where the line belongs. */

interface SourceFile {
  path: string; // src/outbox/journal
  text: string;
  imports: string[]; // src/…, workers/…
  packages: string[];
}

const files = [...sourcesIn('src'), ...sourcesIn('workers')];
const everything = [...files, ...sourcesIn('test'), ...sourcesIn('bench')];

function sourcesIn(folder: string): SourceFile[] {
  const root = projectFile(folder);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  return names.map((name) => {
    const text = readFileSync(`${root}/${name}`, 'utf8');
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    return {
      path: `${folder}/${name.slice(0, -'.ts'.length)}`,
      text,
      imports: specifiers.filter((one) => one.startsWith('#')).map((one) => one.slice(1)),
      packages: specifiers.filter((one) => !one.startsWith('#') && !one.startsWith('.') && !one.startsWith('node:')),
    };
  });
}

const contexts = ['articles', 'newsletters', 'subscribers', 'digests', 'outbox', 'feedback', 'accounts'] as const;
const mayUse: Record<(typeof contexts)[number], string[]> = {
  articles: ['newsletters'],
  newsletters: [],
  accounts: ['outbox'],
  outbox: ['newsletters', 'articles'],
  subscribers: ['outbox', 'newsletters', 'articles'],
  feedback: ['subscribers', 'outbox', 'newsletters', 'articles'],
  digests: ['outbox', 'newsletters', 'articles'],
};
const doors = ['src/http/', 'src/cli/', 'src/catcher/', 'workers/'];
const doorEntries = ['src/server', 'src/cli', 'src/first-run', 'src/migrate', 'src/entry'];

function floorOf(path: string): string {
  const context = contexts.find((name) => path.startsWith(`src/${name}/`));
  if (context) return context;
  const isDoor = doors.some((door) => path.startsWith(door)) || doorEntries.includes(path);
  return isDoor ? 'door' : 'ground';
}

describe('floors', () => {
  test('ground imports no context and no door', () => {
    expect(
      broken(
        (file) => floorOf(file.path) === 'ground',
        (target) => floorOf(target) === 'ground',
      ),
    ).toEqual([]);
  });

  test.each(contexts)('%s imports only along the arrows', (context) => {
    const allowed = new Set<string>([context, 'ground', ...mayUse[context]]);
    expect(
      broken(
        (file) => floorOf(file.path) === context,
        (target) => allowed.has(floorOf(target)),
      ),
    ).toEqual([]);
  });

  test('http and workers never import each other', () => {
    expect(
      broken(
        (file) => file.path.startsWith('src/http/'),
        (target) => !target.startsWith('workers/'),
      ),
    ).toEqual([]);
    expect(
      broken(
        (file) => file.path.startsWith('workers/'),
        (target) => !target.startsWith('src/http/'),
      ),
    ).toEqual([]);
  });

  test('a context writes through its own queries only', () => {
    const foreign = files.flatMap((file) =>
      file.imports
        .filter((target) => /^src\/\w+\/(\w+-)*queries$/.test(target) && !file.path.startsWith(target.replace(/[^/]+$/, '')))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  test('no module imports itself in a circle', () => {
    expect(firstCircle()).toEqual([]);
  });
});

describe('what stands in one file', () => {
  test.each([
    ['process.env', /process\.env\b/, ['src/config']],
    ["BullMQ's queue", /\bclasses\.Queue\b|new Queue\b/, ['src/queue']],
    ["BullMQ's worker", /\bclasses\.Worker\b/, ['workers/run-worker']],
    ['the SMTP hand-over', /\bsmtp\.send\(/, ['src/mail/hand-over']],
    ['sendMail', /\.sendMail\(/, []],
  ])('%s', (_what, pattern, allowed) => {
    expect(files.filter(({ path, text }) => pattern.test(text) && !allowed.includes(path)).map(({ path }) => path)).toEqual([]);
  });

  test('contexts know neither Express nor BullMQ', () => {
    const strangers = files.filter(({ path }) => contexts.some((name) => path.startsWith(`src/${name}/`)));
    expect(
      strangers.filter(({ packages }) => packages.some((name) => /^(express|bullmq|ioredis|helmet)/.test(name))).map(({ path }) => path),
    ).toEqual([]);
  });

  test('the sender thread loads neither ioredis nor MJML nor Express', () => {
    const heavy = [...reachableFrom('workers/sender-thread')].filter((path) =>
      files
        .find((file) => file.path === path)
        ?.text.split('\n')
        .some((line) => /^import (?!type)/.test(line) && /'(bullmq|ioredis|mjml|express)'/.test(line)),
    );
    expect(heavy).toEqual([]);
  });
});

describe('how the code reads', () => {
  /** Longer, with a reason that ARCHITECTURE.md gives. */
  const longOnes = ['src/db/tables'];

  test('no source file passes 200 lines without a reason', () => {
    const long = files.filter(({ path, text }) => text.split('\n').length > 201 && !longOnes.includes(path));
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length} lines`)).toEqual([]);
  });

  test('no name hides what its file is for', () => {
    const hiding = /(^|[/-])(util|utils|helper|helpers|common|misc|manager|service|handler|base|data|info)(-|$)/;
    expect(files.map(({ path }) => path).filter((path) => hiding.test(path) && !allowedNames.has(path))).toEqual([]);
  });
  const allowedNames = new Set(['src/http/pages/data-pages', 'src/subscribers/export-data']); // a person's data, the contract's own word

  test('nothing is exported that nobody imports', () => {
    expect(unusedExports()).toEqual([]);
  });
});

describe('what must agree', () => {
  test('.env.example names every setting, and no other', () => {
    const named = [...readFileSync(projectFile('.env.example'), 'utf8').matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
    const set = Object.keys(Settings.shape).filter(
      (name) => !['BRIEFING_EMBEDDED', 'BRIEFING_CATCHER_PORT', 'BRIEFING_FAIL_POINT', 'BRIEFING_CLOCK_OFFSET'].includes(name),
    );
    expect(new Set(named)).toEqual(new Set(set));
  });

  test('every optional package of the lock has an entry, so that npm ci works on every platform', () => {
    const lock = JSON.parse(readFileSync(projectFile('package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const entries = Object.keys(lock.packages);
    const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
    expect(wanted.filter((name) => !entries.some((entry) => entry.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  test('nothing in the project reads outside of it', () => {
    const outside = everything.filter(({ text }) => text.includes(`..${'/shared'}`));
    expect(outside.map(({ path }) => path)).toEqual([]);
  });
});

function broken(concerns: (file: SourceFile) => boolean, isAllowed: (target: string) => boolean): string[] {
  return files
    .filter(concerns)
    .flatMap((file) => file.imports.filter((target) => !isAllowed(target)).map((target) => `${file.path} imports ${target}`));
}

/** Imports that are there at run time; types alone make no circle. */
function runtimeImports(file: SourceFile): string[] {
  const statements = [...file.text.matchAll(/^import (?!type\b)([^;]*?)from '#([^']+)'/gms)];
  return statements.filter((match) => !/^\{\s*(type \w+,?\s*)+\}\s*$/.test(match[1] ?? '')).map((match) => match[2] ?? '');
}

function firstCircle(): string[] {
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    done.add(path);
    const file = files.find((one) => one.path === path);
    for (const target of file ? runtimeImports(file) : []) {
      const circle = visit(target, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    return [];
  };
  for (const { path } of files) {
    const circle = visit(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

function reachableFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const walk = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const file = files.find((one) => one.path === path);
    if (file) runtimeImports(file).forEach(walk);
  };
  walk(entry);
  return reached;
}

/** Values; a type may stand exported for the signature that it is part of. */
function unusedExports(): string[] {
  return files.flatMap(({ path, text }) => {
    const names = [...text.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map((match) => match[1] ?? '');
    const isUsed = (name: string): boolean =>
      everything.some((other) => other.path !== path && importsOf(other, path) && new RegExp(`\\b${name}\\b`).test(other.text));
    return names.filter((name) => !isUsed(name)).map((name) => `${path}: ${name}`);
  });
}

function importsOf(file: SourceFile, target: string): boolean {
  return file.imports.includes(target);
}

test('the folders that the rules speak of are there', () => {
  for (const context of contexts) expect(statSync(projectFile(`src/${context}`)).isDirectory()).toBe(true);
});
