import { languages } from '#src/locales';
import { isZone } from '#src/zone-time';
import type { Cadence } from '#src/db/tables';
import { consentTimeFault } from '#src/subscribers/consent-words';
import { readCell } from '#src/subscribers/csv-line';
import { CadenceName, inOrder, SubscriberEmail } from '#src/subscribers/subscriber';

/** The columns that an import reads; it tells of the others that it ignored them. */
export const importColumns = ['email', 'language', 'timezone', 'cadence', 'consented_at'] as const;
export type ImportColumn = (typeof importColumns)[number];
type Cells = Partial<Record<ImportColumn, string>>;

/** What a row says, read. */
export interface ImportedFields {
  address: SubscriberEmail;
  language: string | null;
  zone: string | null;
  cadences: Cadence[];
  consentedAt: Date | null;
}

export interface ColumnFault {
  column: ImportColumn;
  reason: string;
}

/** One row, or the first column that does not fit and why; the reason repeats nothing of the row. */
export function readImportFields(cells: Cells, now: Date): ImportedFields | ColumnFault {
  const address = SubscriberEmail.safeParse(readCell(textOf(cells.email)));
  const written = { language: textOf(cells.language), zone: textOf(cells.timezone) };
  const language = languageOf(written.language);
  const cadences = cadencesOf(textOf(cells.cadence));
  const consentedAt = timeOf(textOf(cells.consented_at), now);
  const garbled = importColumns.find((column) => cells[column]?.includes('\ufffd'));
  if (garbled !== undefined) return { column: garbled, reason: 'holds bytes that are no UTF-8' };
  if (!address.success) return { column: 'email', reason: address.error.issues[0]?.message ?? 'is no email address' };
  if (language === undefined) return { column: 'language', reason: `is none of ${languages.join(', ')}` };
  if (written.zone !== '' && !isZone(written.zone)) return { column: 'timezone', reason: 'is no zone such as Asia/Jerusalem' };
  if (cadences === undefined) return { column: 'cadence', reason: `is none of ${CadenceName.options.join(', ')}` };
  if (typeof consentedAt === 'string') return { column: 'consented_at', reason: consentedAt };
  return { address: address.data, language, zone: written.zone === '' ? null : written.zone, cadences, consentedAt };
}

function textOf(cell: string | undefined): string {
  return (cell ?? '').replace(/^[ \u00a0]+|[ \u00a0]+$/g, '');
}

/** `he-IL` is Hebrew; `iw` was. Null: not said. */
function languageOf(written: string): string | null | undefined {
  if (written === '') return null;
  const base = written.toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === (base === 'iw' ? 'he' : base));
}

/** `daily`, or several with anything between them; not said: daily. */
function cadencesOf(written: string): Cadence[] | undefined {
  const words = written
    .toLowerCase()
    .split(/[\s,;|+/]+/)
    .filter(Boolean);
  const known = words.flatMap((word) => CadenceName.safeParse(word).data ?? []);
  if (known.length < words.length) return undefined;
  return known.length === 0 ? ['daily'] : inOrder(known);
}

const moment = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:\d\d)?)?$/;

/** A day, or a moment with or without its offset; without one it is UTC. Otherwise the fault. */
function timeOf(written: string, now: Date): Date | null | string {
  if (written === '') return null;
  const [, day, clock = '00:00', offset = 'Z'] = moment.exec(written) ?? [];
  if (day === undefined) return 'is no time such as 2025-10-06 or 2025-10-06T06:48:00Z';
  const at = new Date(`${day}T${clock}${offset}`);
  const isReal = !Number.isNaN(at.getTime()) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  return isReal ? (consentTimeFault(at, now) ?? at) : 'is no time that any calendar has';
}
