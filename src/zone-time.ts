/** A wall clock's reading in a zone, as a moment. `twice`: the hour is repeated that night and this is the first; `gap`: it was skipped and this is as long after the gap's start. */
export interface ZonedTime {
  at: Date;
  reading: 'once' | 'twice' | 'gap';
}

const dayMs = 24 * 60 * 60 * 1000;
const wallTime = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** The moment when clocks in `zone` show `wall`, such as `2026-11-22T06:30`; null when no calendar has that day or no clock that time. */
export function instantOf(wall: string, zone: string): ZonedTime | null {
  const shown = readWall(wall);
  if (shown === null) return null;
  const before = offsetAt(shown - dayMs, zone);
  const after = offsetAt(shown + dayMs, zone);
  const [first, second] = [...new Set([before, after])]
    .map((offset) => shown - offset)
    .filter((moment) => moment + offsetAt(moment, zone) === shown)
    .toSorted((one, other) => one - other);
  if (first === undefined) return { at: new Date(shown - before), reading: 'gap' };
  return { at: new Date(first), reading: second === undefined ? 'once' : 'twice' };
}

/** What clocks in `zone` show at `moment`, to the second: `2026-11-22T06:30:00`. */
export function wallTimeOf(moment: Date, zone: string): string {
  const wholeSeconds = Math.floor(moment.getTime() / 1000) * 1000;
  return new Date(wholeSeconds + offsetAt(wholeSeconds, zone)).toISOString().slice(0, 19);
}

/** Whether `zone` is an IANA name that this Node knows, such as Asia/Jerusalem. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

function readWall(wall: string): number | null {
  const numbers = wallTime
    .exec(wall)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (!numbers) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  // a 30 February would silently be a 2 March
  return year >= 100 && new Date(shown).toISOString().startsWith(wall) ? shown : null;
}

/** Milliseconds that clocks in `zone` are ahead of UTC at `moment`. */
function offsetAt(moment: number, zone: string): number {
  const parts = formatterOf(zone).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(moment / 1000) * 1000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a thousand times. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}
