import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFile } from '#src/project';

/** An older commit of this clone, compiled beside it: its programs run on our database and our node_modules. */
export interface OlderVersion {
  commit: string;
  /** Absolute path of one of its compiled programs. */
  program(path: string): string;
  remove(): Promise<void>;
}

/** The last commit but one that changed how a digest is sent; null where there is no history. */
export async function commitBefore(): Promise<string | null> {
  const log = await git('log', '-2', '--format=%H', '--', 'src/outbox', 'workers').catch(() => '');
  return log.split('\n')[1] ?? null;
}

/** @throws when git does not know `ref`, or when it cannot be compiled */
export async function buildOlderVersion(ref: string): Promise<OlderVersion> {
  const commit = await git('rev-parse', '--verify', `${ref}^{commit}`);
  const folder = mkdtempSync(join(tmpdir(), 'briefing-version-'));
  const remove = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await git('worktree', 'prune');
  };
  try {
    await git('worktree', 'add', '--detach', '--force', folder, commit);
    symlinkSync(projectFile('node_modules'), join(folder, 'node_modules'));
    const compiler = projectFile('node_modules/typescript/bin/tsc');
    const parts = ['--noCheck', '-p', folder]; // its own session checked its types
    await promisify(execFile)(process.execPath, [compiler, ...parts], { cwd: folder });
  } catch (error) {
    await remove();
    throw error;
  }
  return { commit, program: (path) => join(folder, path), remove };
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: projectFile('.') });
  return stdout.trim();
}
