/**
 * One line of CSV (RFC 4180 §2): every field quoted. A field that a spreadsheet would run as a formula gets an apostrophe before it, and so does one
 * that has such an apostrophe already: `readCell` gives each back as it was.
 */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => `"${(startsFormula.test(field) ? `'${field}` : field).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

export function readCell(cell: string): string {
  return cell.startsWith("'") && startsFormula.test(cell) ? cell.slice(1) : cell;
}

/** Full-width signs run in some spreadsheets too. */
const startsFormula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
