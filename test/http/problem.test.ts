import { expect, test } from '@jest/globals';
import { Refusal } from '#src/errors';
import { problemOf } from '#src/http/problem';

const requestId = '6ba0bd8f-2948-4154-8df0-8066f5816efe';
const postgres = (code: string) => Object.assign(new Error('detail of the server'), { code });

test.each([
  ['a bug', new Error('secret'), 500, 'internal'],
  ['something that is no error', 'secret', 500, 'internal'],
  ['nothing at all', undefined, 500, 'internal'],
  ['Postgres going away', postgres('57P01'), 503, 'unavailable'],
  ['a full disk under Postgres', postgres('53100'), 503, 'unavailable'],
  ['a full disk of ours', postgres('ENOSPC'), 503, 'unavailable'],
  ['a Postgres that only reads', postgres('25006'), 503, 'unavailable'],
  ['a NUL character', postgres('22021'), 422, 'invalid'],
  ['a broken constraint, which is a bug', postgres('23514'), 500, 'internal'],
  ['a body that broke off', Object.assign(new Error('aborted'), { type: 'request.aborted' }), 400, 'bad-json'],
])('%s', (_, error, status, code) => {
  const problem = problemOf(error, requestId);
  expect(problem).toMatchObject({ status, body: { status, code, instance: `urn:uuid:${requestId}`, errors: [] } });
  expect(JSON.stringify(problem)).not.toMatch(/secret|detail of the server/);
  expect(problem.headers['Retry-After'] !== undefined).toBe(status === 503);
});

test('a refusal tells its faults and its own members, which never hide the standard ones', () => {
  const faults = [{ pointer: '/a', detail: 'no' }];
  const refusal = new Refusal('recipients-changed', 'It is 12480 now.', {
    faults,
    extra: { actual: 12_480, status: 1, retryAfterSeconds: 9 },
  });
  const { status, body, headers } = problemOf(refusal, requestId);
  expect(body).toEqual({
    type: '/docs#recipients-changed',
    title: expect.any(String),
    status: 409,
    detail: 'It is 12480 now.',
    code: 'recipients-changed',
    instance: `urn:uuid:${requestId}`,
    errors: faults,
    actual: 12_480,
  });
  expect([status, headers['Retry-After']]).toEqual([409, undefined]);
});
