import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Refusal } from '#src/errors';
import { cleanText } from '#src/mail/clean-text';
import { type ImportColumn, importColumns } from '#src/subscribers/import-fields';

/** The bytes of a list; read more than once. */
export interface ImportSource {
  read(): AsyncIterable<Buffer>;
}

export interface ImportRow {
  /** As a spreadsheet counts: the header is row 1. */
  row: number;
  cells: Partial<Record<ImportColumn, string>>;
}

const longestRecordBytes = 64 * 1024;

/** The list's rows, one after the other; empty lines are passed over. @throws Refusal invalid where it cannot be read on */
export async function* importRows(source: ImportSource): AsyncIterable<ImportRow> {
  let positions: Positions | undefined;
  let row = 0;
  for await (const record of recordsOf(source)) {
    row += 1;
    if (record.every((cell) => cell.trim() === '')) continue;
    if (positions === undefined) ({ positions } = readHeader(record));
    else yield { row, cells: cellsOf(record, positions) };
  }
}

/** Goes once through it all, so that nothing is taken from a list that breaks off or has no column of addresses. */
export async function checkList(source: ImportSource): Promise<{ ignoredColumns: string[] }> {
  let header: ReturnType<typeof readHeader> | undefined;
  for await (const record of recordsOf(source)) if (record.some((cell) => cell.trim() !== '')) header ??= readHeader(record);
  if (!header) throw unreadable('It is empty.');
  return { ignoredColumns: header.ignoredColumns };
}

type Positions = ReadonlyMap<ImportColumn, number>;

async function* recordsOf(source: ImportSource): AsyncIterable<string[]> {
  const input = Readable.from(source.read());
  const parser = parse({
    bom: true,
    delimiter: ',',
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRecordBytes,
  });
  input.once('error', (error) => parser.destroy(error));
  try {
    for await (const record of input.pipe(parser)) yield record as string[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(`Line ${Number(error['lines'])}: ${structureFaults[error.code] ?? 'it is no CSV'}.`);
  } finally {
    input.destroy();
  }
}

const structureFaults: Partial<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRecordBytes} bytes, or a quote is never closed`,
  CSV_QUOTE_NOT_CLOSED: 'a quote is never closed',
};

function readHeader(record: string[]): { positions: Positions; ignoredColumns: string[] } {
  const names = record.map((cell) => cell.trim().toLowerCase());
  const known = importColumns.filter((column) => names.includes(column));
  if (!known.includes('email')) throw unreadable('Its first row names no column "email"; columns are separated by commas.');
  const twice = known.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) throw unreadable(`Its first row names the column "${twice}" twice.`);
  const ignored = names.filter((name) => name !== '' && !known.some((column) => column === name));
  return {
    positions: new Map(known.map((column) => [column, names.indexOf(column)])),
    ignoredColumns: ignored.slice(0, 50).map((name) => cleanText(name).slice(0, 100)),
  };
}

function cellsOf(record: readonly string[], positions: Positions): ImportRow['cells'] {
  return Object.fromEntries([...positions].map(([column, position]) => [column, record[position] ?? '']));
}

function unreadable(detail: string): Refusal {
  return new Refusal('invalid', `The list cannot be read. ${detail}`, { faults: [{ pointer: '', detail }] });
}
