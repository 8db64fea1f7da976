import { expect, test } from '@jest/globals';
import { endpoints } from '#src/http/endpoints';

/** What outside programs are written against. A line may be added here; taking one away breaks somebody. */
const contract = `
POST GET /v1/articles
PUT GET PATCH /v1/articles/:id
PUT /v1/articles/:id/withdrawal
GET /v1/newsletters
GET PATCH /v1/newsletters/:slug
GET PUT /v1/newsletters/:slug/schedules/:cadence
POST GET /v1/digests
GET PATCH DELETE /v1/digests/:id
PUT /v1/digests/:id/articles
GET /v1/digests/:id/preview
GET /v1/digests/:id/checks
POST /v1/digests/:id/tests
PUT DELETE /v1/digests/:id/schedule
PUT DELETE /v1/digests/:id/send
PUT DELETE /v1/digests/:id/pause
PUT /v1/digests/:id/cancellation
GET /v1/digests/:id/progress
GET /v1/digests/:id/progress/stream
GET /v1/digests/:id/deliveries
GET POST /v1/keys
DELETE /v1/keys/:id
GET /v1/audit
POST /hooks/:relay
`;

const lines = contract.split('\n').filter(Boolean);
const promised = lines.flatMap((line) => {
  const words = line.split(' ');
  return words.slice(0, -1).map((method) => `${method} ${words.at(-1)}`);
});

test.each(promised)('%s is served', (call) => {
  expect(endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`)).toContain(call);
});

test('every write can be told apart from every read by its scope', () => {
  for (const { method, path, scope } of endpoints) expect([path, scope.endsWith(':read')]).toEqual([path, method === 'get']);
});
