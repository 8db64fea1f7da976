/** What a caller may know. The list is closed; `http/problem.ts` alone maps it to status codes. */
export type RefusalCode =
  | 'invalid' // the input does not fit; `faults` say where
  | 'not-found'
  | 'gone'
  | 'not-signed-in'
  | 'not-allowed'
  | 'wrong-state'
  | 'checks-blocked'
  | 'recipients-changed'
  | 'already-sending'
  | 'suppressed'
  | 'conflict'
  | 'version-changed' // If-Match named another version
  | 'too-large'
  | 'unsupported-type'
  | 'too-many-requests'
  | 'unavailable'; // a part that we need is away: try again

/** JSON pointer (RFC 6901) into the input, and what to do about it in plain words. */
export interface Fault {
  pointer: string;
  detail: string;
}

/** We decline, and the caller may know why. `extra` members stand beside the problem's own (`actual: 12480`). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly faults: Fault[];
  readonly extra: Record<string, unknown>;

  constructor(code: RefusalCode, message: string, more: { faults?: Fault[]; extra?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.faults = more.faults ?? [];
    this.extra = more.extra ?? {};
  }
}

/** A background job that must not be tried again: trying would end the same way. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}
