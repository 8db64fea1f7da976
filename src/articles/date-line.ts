import { instantOf } from '#src/zone-time';

const english = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const hebrew = ['ינואר', 'פברואר', 'מרץ', 'אפריל', 'מאי', 'יוני', 'יולי', 'אוגוסט', 'ספטמבר', 'אוקטובר', 'נובמבר', 'דצמבר'];

const weekday = String.raw`(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:יום\s+)?(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת|[א-ו]['׳]))`;
const lead = String.raw`^(?:(?:published|updated|posted|פורסם|עודכן)[:,]?\s+)?(?:${weekday}[,.]?\s+)?`;
const time = String.raw`(?:\s*[,|–-]?\s*(?:at\s+|בשעה\s+)?(?<hour>\d{1,2})[:.](?<minute>\d{2})(?::(?<second>\d{2}))?\s*(?<half>[ap]\.?m\.?)?)?`;
const end = String.raw`\s*(?<offset>z|utc|gmt|[+-]\d{2}:?\d{2})?\.?$`;
const isoTime = String.raw`(?:[t\s]\s*(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?)?`;

const shapes = [
  String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})${isoTime}`,
  String.raw`(?<month>[a-z]{3,9})\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<year>\d{4})${time}`,
  String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?<month>[a-z]{3,9})\.?,?\s+(?<year>\d{4})${time}`,
  String.raw`(?<day>\d{1,2})\s+[בל]?(?<month>[א-ת]{3,8}),?\s+(?<year>\d{4})${time}`,
  String.raw`(?<day>\d{1,2})[./](?<month>\d{1,2})[./](?<year>\d{4})${time}`,
].map((shape) => new RegExp(lead + shape + end, 'i'));

const longestLine = 100;

/**
 * The moment that a date line names: `October 6, 2025 09:48`, `6 October 2025`, `6/10/2025 09:48` (day first), `2025-10-06 09:48`,
 * `6 באוקטובר 2025, 09:48`. Without an offset it is `zone`'s time, without a time its midnight. Null for any other line,
 * 'impossible' for a day or an hour that does not exist.
 */
export function readDateLine(line: string, zone: string): Date | 'impossible' | null {
  const plain = line.replace(/[\u200e\u200f]/g, '').trim();
  if (plain.length > longestLine) return null;
  for (const shape of shapes) {
    const parts = shape.exec(plain)?.groups;
    const month = parts && monthNumber(parts['month'] ?? '');
    if (parts && month) return moment(parts, month, zone) ?? 'impossible';
  }
  return null;
}

function monthNumber(name: string): number | null {
  if (/^\d+$/.test(name)) return Number(name);
  const lower = name.toLowerCase();
  const index = english.findIndex((full) => full.startsWith(lower));
  const found = index >= 0 ? index : hebrew.indexOf(lower.replace(/^מרס$/, 'מרץ'));
  return found < 0 ? null : found + 1;
}

function moment(parts: Record<string, string | undefined>, month: number, zone: string): Date | null {
  const hour = wholeHour(Number(parts['hour'] ?? 0), parts['half']);
  const wall = `${parts['year']}-${two(month)}-${two(parts['day'] ?? '')}T${two(hour)}:${parts['minute'] ?? '00'}:${parts['second'] ?? '00'}`;
  const written = parts['offset']?.toLowerCase();
  if (written === undefined) return instantOf(wall, zone)?.at ?? null;
  const there = instantOf(wall, 'UTC')?.at;
  return there ? new Date(there.getTime() - minutesOf(written) * 60_000) : null;
}

function two(value: number | string): string {
  return String(value).padStart(2, '0');
}

function wholeHour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 99; // 13 pm is no hour
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
}

function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
