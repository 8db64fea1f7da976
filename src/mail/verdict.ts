import type { HandOverResult } from '#src/mail/hand-over';

export type Verdict = {
  state: 'accepted' | 'deferred' | 'rejected' | 'unknown' | 'waiting';
  reason: 'mailbox' | 'policy' | 'relay' | null;
  /** Whose fault it tells of: `relay` feeds the breaker, `reader` never does. */
  speaksOf: 'reader' | 'relay';
  enhanced: string | null;
  /** 421 or 4.7.x in answer to this recipient: slow this recipient's domain, and only it. */
  domainThrottle: boolean;
};

export function verdict(_result: HandOverResult): Verdict {
  throw new Error('not written yet');
}
