import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFile } from '#src/project';
import type { EmbeddedPostgres } from '../../scripts/postgres.mjs';

/** A cluster of this process's own, which writes as safely as a real one and may be killed: nobody else stands on it. */
export interface OwnPostgres {
  /** A superuser's connection. */
  server: string;
  /** The migrated database to copy. */
  template: string;
  /** SIGKILL of the postmaster: everything is gone without a word. */
  kill(): void;
  /** What `pg_ctl stop -m immediate` does. */
  stopImmediately(): void;
  /** No process of it may let a file grow beyond so many bytes, those that it starts from now on neither. Needs Linux and `prlimit`. */
  limitFiles(bytes: number | 'unlimited'): void;
  /** Starts it again on its old port, recovering from its log. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

let opened: Promise<OwnPostgres> | null = null;

/** Made at the first call, shared by later ones: initdb and migrations take their seconds. */
export async function ownPostgres(): Promise<OwnPostgres> {
  opened ??= open();
  return opened;
}

export async function closeOwnPostgres(): Promise<void> {
  const closing = await opened;
  opened = null;
  await closing?.close();
}

type Scripts = {
  ensurePostgres(wanted: { name: 'faults'; dataDir: string; tuning: Record<string, string> }): Promise<EmbeddedPostgres>;
  createMigrated(wanted: { root: string; server: string; name: string; env: Record<string, string | undefined> }): Promise<string>;
  throwawaySettings(): Record<string, string>;
};

async function open(): Promise<OwnPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'briefing-cluster-'));
  chmodSync(home, 0o755); // an account without rights may have to run it
  const { ensurePostgres, createMigrated, throwawaySettings } = await scripts('postgres', 'template-database', 'settings');
  const postgres = await ensurePostgres({ name: 'faults', dataDir: home, tuning: { shared_buffers: '32MB', restart_after_crash: 'on' } });
  const template = 'briefing_template';
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', ...throwawaySettings(), DATA_DIR: home };
  await createMigrated({ root: projectFile('.'), server: postgres.url, name: template, env });
  const postmaster = (): number => Number(readFileSync(join(postgres.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    server: postgres.url,
    template,
    kill: () => void process.kill(postmaster(), 'SIGKILL'),
    stopImmediately: () => void process.kill(postmaster(), 'SIGQUIT'),
    limitFiles(bytes) {
      try {
        limitFiles(postmaster(), bytes, statSync(postgres.dataDirectory));
      } catch {
        // it has ended
      }
    },
    revive: () => postgres.revive(),
    async close() {
      await postgres.revive();
      await postgres.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The parent first: whoever it starts meanwhile has the limit from it. As the account that runs it: root in a container may not touch others' limits. */
function limitFiles(postmaster: number, bytes: number | 'unlimited', { uid, gid }: { uid: number; gid: number }): void {
  const limit = (pid: string) => spawnSync('prlimit', ['--pid', pid, `--fsize=${bytes}:`], { stdio: 'ignore', uid, gid }); // who has just ended needs none
  limit(String(postmaster));
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'latin1').split(' ').filter(Boolean);
  children.forEach(limit);
}

/** The scripts are not compiled: they are read where they stand. */
async function scripts(...names: string[]): Promise<Scripts> {
  const modules = names.map(async (name) => (await import(pathToFileURL(projectFile(`scripts/${name}.mjs`)).href)) as Partial<Scripts>);
  return Object.assign({}, ...(await Promise.all(modules))) as Scripts;
}
