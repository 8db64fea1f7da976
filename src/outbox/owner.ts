import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { journalFolder } from '#src/outbox/journal';

/**
 * Who holds a lease, written into its row: where its journals are, which boot of which machine, which process. Enough to say later whether a
 * journal must be here, and whether the process is certainly dead, even when its number was given to another.
 */
export interface Owner {
  journals: string;
  boot: string;
  pidNamespace: string;
  pid: number;
  startedAt: string;
}

/** A new owner's name, different for each sender of a process. */
export function newOwner(dataDir: string): string {
  const { journals, boot, pidNamespace, pid, startedAt } = thisProcess(dataDir);
  return [journals, boot, pidNamespace, pid, startedAt, randomBytes(6).toString('hex')].join('/');
}

export function readOwner(name: string): Owner | null {
  const [journals, boot, pidNamespace, pid, startedAt] = name.split('/');
  if (!journals || !boot || !pidNamespace || !pid || startedAt === undefined) return null;
  return { journals, boot, pidNamespace, pid: Number(pid), startedAt };
}

/** Whether its journals lie in this folder and in the page cache of this very kernel, so that fence and marks are seen in their order. */
export function keepsJournalsHere(owner: Owner, dataDir: string): boolean {
  const here = thisProcess(dataDir);
  return owner.journals === here.journals && owner.boot === here.boot;
}

/** True only when it is certain. In another container of the same machine the number means another process: then nobody can tell. */
export function isDead(owner: Owner, dataDir: string): boolean {
  const here = thisProcess(dataDir);
  if (owner.boot !== here.boot || owner.pidNamespace !== here.pidNamespace || owner.startedAt === '') return false;
  return startTime(owner.pid) !== owner.startedAt;
}

const known = new Map<string, Owner>();

function thisProcess(dataDir: string): Owner {
  const owner = known.get(dataDir) ?? {
    journals: journalsId(dataDir),
    boot: bootId(),
    pidNamespace: namespaceOfPids(),
    pid: process.pid,
    startedAt: startTime(process.pid) ?? '',
  };
  known.set(dataDir, owner);
  return owner;
}

/** Made once for each folder of journals: two containers of one machine have one boot but not one folder. */
function journalsId(dataDir: string): string {
  const file = join(journalFolder(dataDir), 'id');
  mkdirSync(journalFolder(dataDir), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(9).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'latin1');
}

/** Clock ticks after boot, from /proc/<pid>/stat (proc(5), field 22); undefined for no such process, or one that is only a zombie. */
function startTime(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return `${hostname()}-${Math.round((Date.now() / 1000 - uptime()) / 60)}`; // no Linux: the minute of the boot
  }
}

function namespaceOfPids(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return hostname();
  }
}
