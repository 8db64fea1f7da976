export type HeaderField = { name: string; relaxed: string };

/** The fields of a header block in order, in relaxed form (RFC 6376 §3.4.2): `name:value`, unfolded, without a line end. */
export function relaxedHeaders(block: string): HeaderField[] {
  return block
    .split(/\r\n(?![ \t])/)
    .filter((field) => field !== '')
    .map(relax);
}

function relax(field: string): HeaderField {
  const colon = field.indexOf(':');
  const name = field.slice(0, colon).trim().toLowerCase();
  const value = field
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ');
  return { name, relaxed: `${name}:${value.replace(/^ /, '').replace(/ $/, '')}` };
}
