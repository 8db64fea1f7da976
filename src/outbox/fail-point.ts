/**
 * Where the fault tests end a process: `BRIEFING_FAIL_POINT=dot:3` kills it with SIGKILL when it comes to "dot" for the third time.
 * Points bear the names of the writes that they stand before; `leased` stands after the lease.
 */
export type FailPoint = 'lease' | 'leased' | 'mark' | 'dot' | 'reply' | 'flush' | 'close';

let wanted: { point: string; left: number } | null = null;

export function armFailPoint(setting: string | null): void {
  const [point = '', count = '1'] = setting?.split(':') ?? [];
  wanted = setting === null ? null : { point, left: Number(count) };
}

export function failPoint(point: FailPoint): void {
  if (wanted?.point !== point) return;
  wanted.left -= 1;
  if (wanted.left <= 0) process.kill(process.pid, 'SIGKILL');
}
