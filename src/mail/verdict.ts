import type { HandOverResult } from '#src/mail/hand-over-result';

export type Verdict = {
  state: 'accepted' | 'deferred' | 'rejected' | 'unknown' | 'waiting';
  reason: 'mailbox' | 'policy' | 'relay' | null;
  /** Whose state it tells of: `relay` feeds the breaker, `reader` never does. */
  speaksOf: 'reader' | 'relay';
  enhanced: string | null;
  /** 421 or 4.7.x in answer to this recipient: slow this recipient's domain, and only it. */
  domainThrottle: boolean;
};

/**
 * What a hand-over means for the delivery. Only an answer to RCPT, DATA or the dot speaks of the reader; once the dot may have
 * left, silence and answers that cannot be read are `unknown` (RFC 1047).
 */
export function verdict(result: HandOverResult): Verdict {
  const { side, code, enhanced, error } = result;
  if (side === 'after-dot' && error === null)
    return { state: 'accepted', reason: null, speaksOf: 'reader', enhanced, domainThrottle: false };
  if (error === 'no-smtputf8') return { state: 'rejected', reason: 'relay', speaksOf: 'reader', enhanced, domainThrottle: false };
  if (error === 'refused' && code !== null && speaksOfReader(result, code)) return refusal(code, enhanced, side);
  const isOurs = error === 'void' || error === 'aborted';
  const state = side === 'after-dot' ? 'unknown' : 'waiting';
  return { state, reason: isOurs ? null : 'relay', speaksOf: isOurs ? 'reader' : 'relay', enhanced, domainThrottle: false };
}

/** 503 and the 53x of RFC 4954 §6 tell of our session: bad sequence, log in first, encrypt first. */
function speaksOfReader({ side, step }: HandOverResult, code: number): boolean {
  if (side === 'after-dot') return true;
  const isAboutSession = code === 503 || (code >= 530 && code <= 538);
  return (step === 'RCPT' || step === 'DATA') && !isAboutSession;
}

function refusal(code: number, enhanced: string | null, side: HandOverResult['side']): Verdict {
  const reason = reasonFor(code, enhanced, side);
  const isFinal = code >= 500;
  const domainThrottle = code === 421 || (!isFinal && enhanced?.startsWith('4.7.') === true);
  return { state: isFinal ? 'rejected' : 'deferred', reason, speaksOf: 'reader', enhanced, domainThrottle };
}

/**
 * `policy` is our fault and never the mailbox's: the reader stays a subscriber. So `mailbox` is only what names the mailbox
 * (RFC 3463 §3.2, §3.3), or a bare 550, 551, 553 to RCPT (RFC 5321 §4.2.2).
 */
function reasonFor(code: number, enhanced: string | null, side: HandOverResult['side']): Verdict['reason'] {
  const [, subject, detail] = /^[45]\.(\d+)\.(\d+)$/.exec(enhanced ?? '') ?? [];
  if (subject === undefined) return bareReason(code, side);
  if (subject === '1') return detail === '7' || detail === '8' ? 'policy' : 'mailbox'; // x.1.7 and x.1.8 are about our sender address
  if (subject === '2') return 'mailbox';
  return subject === '6' || subject === '7' ? 'policy' : 'relay';
}

function bareReason(code: number, side: HandOverResult['side']): Verdict['reason'] {
  if (code === 552 || code === 452 || code === 422) return 'mailbox';
  if (side === 'before-dot' && [450, 550, 551, 553].includes(code)) return 'mailbox';
  return code < 500 ? 'relay' : 'policy';
}
