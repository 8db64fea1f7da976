import { Refusal } from '#src/errors';
import type { Notice } from '#src/http/studio/show-studio';
import { studioWords } from '#src/http/studio/studio-words';

const worded: readonly string[] = [
  'wrong-state',
  'already-sending',
  'checks-blocked',
  'recipients-changed',
  'version-changed',
  'conflict',
  'invalid',
  'unavailable',
];

/** A refusal as the page that asked shows it, in the editor's language; other errors go on their way. */
export function refused(error: unknown, language: string): { status: number; notice: Notice } {
  if (!(error instanceof Refusal) || !worded.includes(error.code)) throw error;
  const { reason, actual } = error.extra;
  const words = studioWords(language);
  const count = typeof actual === 'number' ? actual : 0;
  const key = typeof reason === 'string' ? `refused.${reason}` : `refused.${error.code}`;
  return {
    status: error.code === 'invalid' ? 422 : error.code === 'version-changed' ? 412 : 409,
    notice: { kind: 'refused', text: words.t(key, { count }) },
  };
}
