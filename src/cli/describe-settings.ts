import type { Config } from '#src/config';

const secrets = new Set(['keys', 'privateKey', 'secret', 'previous', 'hash']);

/** The settings in force, by their names in the code: flat, `mail.from`. Redacted: no key, and no password inside a URL. */
export function describeSettings(config: Config, manner: 'redacted' | 'whole'): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  const collect = (value: unknown, path: string[]): void => {
    if (value instanceof Map) collect(Object.fromEntries(value), path);
    else if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, child] of Object.entries(value)) collect(child, [...path, key]);
    } else described[path.join('.')] = manner === 'redacted' ? redact(value, path) : value;
  };
  collect(config, []);
  return described;
}

function redact(value: unknown, path: string[]): unknown {
  if (value === null || typeof value !== 'string') return value;
  if (path.some((part) => secrets.has(part))) return '[redacted]';
  return value.replace(/(\w+:\/\/[^:@/\s]*):[^@\s]*@/g, '$1:[redacted]@');
}
