import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const scripts = join(process.cwd(), 'scripts');

/** A compiled application of a few lines each, in a directory of its own, for what `npm start` does with the real one. */
export interface Application {
  readonly dir: string;
  readonly dataDir: string;
  readonly start: (env?: Record<string, string>) => Started;
  readonly write: (entry: string, text: string) => void;
  readonly remove: () => void;
}

export interface Started {
  readonly process: ChildProcess;
  readonly printed: () => string;
  readonly exit: Promise<number | string>;
  /** Resolves with `started.json` once it is there and `accept` likes it. */
  readonly started: (accept?: (file: StartedFile) => boolean) => Promise<StartedFile>;
}

export interface StartedFile {
  readonly publicUrl: string;
  readonly apiKey: string;
  readonly studioUrl: string;
  readonly inboxUrl: string | null;
  readonly pids: Record<string, number[]>;
}

const faithful = `process.on('disconnect', () => process.exit()); process.on('SIGTERM', () => process.exit(0)); process.on('SIGINT', () => {});
process.send({ ready: true });`;
const firstRun = { apiKey: 'ib_live_test', studioUrl: 'http://127.0.0.1/studio', signUpUrl: 'http://127.0.0.1/subscribe', inboxUrl: null };

export async function fakeApplication(): Promise<Application> {
  const dir = mkdtempSync(join(tmpdir(), 'briefing-start-'));
  const dataDir = join(dir, 'data');
  const write = (entry: string, text: string): void => writeFileSync(join(dir, 'dist', entry), text);
  for (const folder of ['src', 'workers']) mkdirSync(join(dir, 'dist', folder), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  for (const role of ['src/server', 'workers/catcher', 'workers/deliver', 'workers/digest', 'workers/clock']) write(`${role}.js`, faithful);
  write('src/migrate.js', '');
  write('src/first-run.js', `console.log(${JSON.stringify(JSON.stringify(firstRun))})`);
  const PORT = String(await freePort());
  const start = (env: Record<string, string> = {}): Started =>
    launch(dir, { PATH: process.env.PATH ?? '', PORT, DATABASE_URL: 'postgres://none', ...env });
  return { dir, dataDir, start, write, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Runs lines of a module that may import from scripts/, and returns the JSON that it prints. */
export async function runModule(lines: string, env: Record<string, string> = {}): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', moduleText(lines)], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  child.stderr.pipe(process.stderr);
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(printed);
}

function launch(dir: string, env: Record<string, string>): Started {
  const lines = `import { serve } from 'scripts/start.mjs';
    try { process.exitCode = await serve(${JSON.stringify(join(dir, 'data'))}, ${JSON.stringify(join(dir, 'dist'))}); }
    catch (error) { console.error(error.message); process.exitCode = 1; }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', moduleText(lines)], { env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part.toString()));
  const exit = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? '')));
  const started = async (accept: (file: StartedFile) => boolean = () => true): Promise<StartedFile> => {
    let file: StartedFile | undefined;
    await until(() => {
      file = readStarted(dir);
      return file !== undefined && accept(file);
    });
    return file as StartedFile;
  };
  return { process: child, printed: () => printed, exit, started };
}

function readStarted(dir: string): StartedFile | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'data', 'started.json'), 'utf8')) as StartedFile;
  } catch {
    return undefined;
  }
}

const moduleText = (lines: string): string => lines.replaceAll("'scripts/", `'${pathToFileURL(scripts).href}/`);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
