import type { Request } from 'express';
import { z } from 'zod';
import { type Fault, Refusal } from '#src/errors';

const nothing = z.strictObject({});

/** What came in, through the schema; an input that does not fit is refused with a pointer to each fault. */
export function readInput(schema: z.ZodType | undefined, input: unknown, where: 'path' | 'query' | 'body'): unknown {
  const parsed = (schema ?? nothing).safeParse(input);
  if (parsed.success) return schema ? parsed.data : undefined;
  throw new Refusal('invalid', `The ${where} does not fit.`, { faults: parsed.error.issues.flatMap(faultsOf) });
}

/** The version that the caller has seen (RFC 9110 §13.1.1, strong comparison): -1 for a tag that is none of ours. */
export function readIfMatch(request: Request): number | null {
  const header = request.get('if-match')?.trim();
  if (header === undefined || header === '*') return null;
  const version = /^"(\d{1,9})"$/.exec(header)?.[1];
  return version === undefined ? -1 : Number(version);
}

/** RFC 6901. A field that must not be there is pointed at by its own name. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'There is no such field.' }));
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
