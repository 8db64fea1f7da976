import { expect, test } from '@jest/globals';
import type { HandOverResult } from '#src/mail/hand-over-result';
import { readReply } from '#src/mail/reply';
import { verdict, type Verdict } from '#src/mail/verdict';

type Case = [HandOverResult['step'], string, Verdict['state'], Verdict['reason'], Verdict['speaksOf'], boolean?];

test.each<Case>([
  ['dot', '250 2.0.0 queued', 'accepted', null, 'reader'],
  ['dot', '451 4.7.1 greylisted', 'deferred', 'policy', 'reader', true],
  ['dot', '452 4.2.2 full', 'deferred', 'mailbox', 'reader'],
  ['dot', '421 4.3.2 closing', 'deferred', 'relay', 'reader', true],
  ['dot', '550 5.7.26 unauthenticated', 'rejected', 'policy', 'reader'],
  ['dot', '550 5.7.515 access denied', 'rejected', 'policy', 'reader'],
  ['dot', '554 spam', 'rejected', 'policy', 'reader'],
  ['dot', '550 no', 'rejected', 'policy', 'reader'],
  ['dot', '552 5.2.2 full', 'rejected', 'mailbox', 'reader'],
  ['dot', '554 5.6.0 content', 'rejected', 'policy', 'reader'],
  ['RCPT', '550 5.1.1 nobody', 'rejected', 'mailbox', 'reader'],
  ['RCPT', '550 5.1.10 null MX', 'rejected', 'mailbox', 'reader'],
  ['RCPT', '550 5.2.1 disabled', 'rejected', 'mailbox', 'reader'],
  ['RCPT', '550 nobody', 'rejected', 'mailbox', 'reader'],
  ['RCPT', '553 not allowed', 'rejected', 'mailbox', 'reader'],
  ['RCPT', '554 blocked', 'rejected', 'policy', 'reader'],
  ['RCPT', '550 5.7.1 listed', 'rejected', 'policy', 'reader'],
  ['RCPT', '550 5.1.8 bad sender', 'rejected', 'policy', 'reader'],
  ['RCPT', '550 5.4.1 no route', 'rejected', 'relay', 'reader'],
  ['RCPT', '450 busy', 'deferred', 'mailbox', 'reader'],
  ['RCPT', '451 later', 'deferred', 'relay', 'reader'],
  ['RCPT', '421 4.7.0 slow down', 'deferred', 'policy', 'reader', true],
  ['RCPT', '450 4.7.28 rate', 'deferred', 'policy', 'reader', true],
  ['RCPT', '503 bad sequence', 'waiting', 'relay', 'relay'],
  ['RCPT', '530 5.7.0 log in first', 'waiting', 'relay', 'relay'],
  ['DATA', '451 4.3.0 later', 'deferred', 'relay', 'reader'],
  ['DATA', '554 5.7.1 no', 'rejected', 'policy', 'reader'],
  ['MAIL', '550 5.7.1 not you', 'waiting', 'relay', 'relay'],
  ['MAIL', '451 4.3.0 later', 'waiting', 'relay', 'relay'],
  ['connection', '421 4.4.2 idle', 'waiting', 'relay', 'relay'],
])('at %s, "%s" means %s', (step, reply, state, reason, speaksOf, domainThrottle = false) => {
  const answer = readReply(reply);
  const error = answer.code! < 300 ? null : 'refused';
  const expected: Verdict = { state, reason, speaksOf, enhanced: answer.enhanced, domainThrottle };
  expect(verdict({ ...answer, side: step === 'dot' ? 'after-dot' : 'before-dot', step, error })).toEqual(expected);
});

test.each<[HandOverResult['side'], NonNullable<HandOverResult['error']>, Verdict['state'], Verdict['reason'], Verdict['speaksOf']]>([
  ['before-dot', 'lost', 'waiting', 'relay', 'relay'],
  ['before-dot', 'timeout', 'waiting', 'relay', 'relay'],
  ['before-dot', 'protocol', 'waiting', 'relay', 'relay'],
  ['before-dot', 'oversize', 'waiting', 'relay', 'relay'],
  ['before-dot', 'void', 'waiting', null, 'reader'],
  ['before-dot', 'aborted', 'waiting', null, 'reader'],
  ['before-dot', 'no-smtputf8', 'rejected', 'relay', 'reader'],
  ['after-dot', 'lost', 'unknown', 'relay', 'relay'],
  ['after-dot', 'timeout', 'unknown', 'relay', 'relay'],
  ['after-dot', 'protocol', 'unknown', 'relay', 'relay'],
  ['after-dot', 'aborted', 'unknown', null, 'reader'],
])('without a reply, %s and %s mean %s', (side, error, state, reason, speaksOf) => {
  const step = side === 'after-dot' ? 'dot' : 'connection';
  expect(verdict({ side, step, error, code: null, enhanced: null, reply: null })).toEqual({
    state,
    reason,
    speaksOf,
    enhanced: null,
    domainThrottle: false,
  });
});
