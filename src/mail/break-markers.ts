const wordJoiner = '\u2060';

/**
 * The same variables, in which nobody's own words can pass for a slot: an article that says `slot.joined` would else tell each reader
 * when they joined. A word joiner parts the words, invisibly; in an address the dot is percent-encoded, which leads to the same page.
 */
export function breakMarkers<Variables>(variables: Variables): Variables {
  return broken(variables) as Variables;
}

function broken(value: unknown): unknown {
  if (typeof value === 'string') return isAddress(value) ? brokenAddress(value) : value.replace(markerStart, `$&${wordJoiner}`);
  if (Array.isArray(value)) return value.map(broken);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, broken(inner)]));
}

const markerStart = /slot(?=\.[a-z])/gi;

function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}

/** The host stays as it is: `DigestEmail` lets none pass that holds a marker. */
function brokenAddress(address: string): string {
  const host = /^https?:\/\/[^/?#]*/i.exec(address)?.[0] ?? '';
  return host + address.slice(host.length).replace(/(slot)\.(?=[a-z])/gi, '$1%2E');
}
