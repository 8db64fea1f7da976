import { readdirSync, readFileSync } from 'node:fs';

const ticksASecond = 100; // USER_HZ: what /proc counts in, on every Linux

/** Processor seconds that these processes have used, with all that they started, living or ended. */
export function cpuSeconds(roots: readonly number[]): number {
  const processes = new Map(pids().flatMap((pid) => entryOf(pid)));
  const isOurs = (pid: number): boolean => roots.includes(pid) || (processes.has(pid) && isOurs(processes.get(pid)?.parent ?? 0));
  const ours = [...processes].filter(([pid]) => isOurs(pid));
  return ours.reduce((sum, [, { ticks }]) => sum + ticks, 0) / ticksASecond;
}

/** Processor seconds of everybody on this machine, and what its host kept from it (steal). Interrupts are nobody's. */
export function machineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + steal) / ticksASecond;
}

export function parentOf(pid: number): number {
  const parent = statOf(pid)?.parent;
  if (parent === undefined) throw new Error(`there is no process ${pid} here: the benchmarks measure a Postgres of this machine`);
  return parent;
}

/** Processor seconds of those children of ours that have ended. */
export function endedChildrenSeconds(): number {
  return (statOf(process.pid)?.endedTicks ?? 0) / ticksASecond;
}

/** Resident memory in bytes; 0 when the process has ended. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

interface ProcessStat {
  parent: number;
  ticks: number;
  /** Of them, those of ended children. */
  endedTicks: number;
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function entryOf(pid: number): [number, ProcessStat][] {
  const stat = statOf(pid);
  return stat ? [[pid, stat]] : [];
}

/** proc(5): field 4 is the parent, 14 to 17 the ticks of its own and of its ended children, in user and in kernel mode. */
function statOf(pid: number): ProcessStat | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    const [user = 0, kernel = 0, endedUser = 0, endedKernel = 0] = fields.slice(11, 15).map(Number);
    const endedTicks = endedUser + endedKernel;
    return { parent: Number(fields[1]), ticks: user + kernel + endedTicks, endedTicks };
  } catch {
    return null;
  }
}
