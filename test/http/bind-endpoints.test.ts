import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { z } from 'zod';
import { Refusal } from '#src/errors';
import { bindEndpoints } from '#src/http/bind-endpoints';
import { endpoint, reply, replyMedia } from '#src/http/endpoint';
import { answerProblems } from '#src/http/problem';
import { nameRequest } from '#src/http/request-id';
import { startApp, type TestApp } from '../support/app.js';

/** A table that no context has, for what the binding promises to each of them. */
const Thing = z.strictObject({ name: z.string(), seen: z.number().nullable() });
let ended = 0;
const table = [
  endpoint({
    method: 'patch',
    path: '/v1/things/:name',
    summary: 'Change',
    scope: 'articles:write',
    params: z.strictObject({ name: z.string().max(10) }),
    answers: { 200: Thing },
    async run(_ctx, { params, ifMatch }) {
      if (ifMatch !== null && ifMatch !== 3) throw new Refusal('version-changed', 'It is at version 3.');
      return reply(200, { name: params.name, seen: ifMatch }, { etag: 4 });
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/things.csv',
    summary: 'Stream',
    scope: 'articles:read',
    answers: { 200: ['text/csv'] },
    run: async (_ctx, { signal }) => replyMedia(200, 'text/csv; charset=utf-8', rows(signal), { headers: { 'Cache-Control': 'no-store' } }),
  }),
  endpoint({
    method: 'post',
    path: '/v1/uploads',
    summary: 'Upload',
    scope: 'articles:write',
    upload: { types: ['text/csv'], maxBytes: 2_000_000 },
    answers: { 201: z.strictObject({ bytes: z.number() }) },
    async run(_ctx, { upload }) {
      let bytes = 0;
      for await (const part of upload) bytes += part.length;
      return reply(201, { bytes });
    },
  }),
  endpoint({
    method: 'post',
    path: '/v1/broken',
    summary: 'Break',
    scope: 'articles:write',
    answers: { 200: null },
    run: async () => {
      throw new Error('the secret cause');
    },
  }),
];

async function* rows(signal: AbortSignal): AsyncIterable<string> {
  yield 'a,b\n';
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  ended += 1;
}

describe('an endpoint of the table', () => {
  let app: TestApp;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    app = await startApp({ settings: { LOG_LEVEL: 'silent' } });
    server = createServer(express().use(nameRequest, bindEndpoints(app.ctx, table), answerProblems(app.ctx)));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  });
  const call = (method: string, path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      method,
      headers: { authorization: `Bearer ${app.key}`, ...(init.headers as Record<string, string>) },
    });

  test.each([
    [undefined, 200, null],
    ['*', 200, null],
    ['"3"', 200, 3],
    ['"2"', 412, undefined],
    ['W/"3"', 412, undefined],
    ['3', 412, undefined],
    ['"three"', 412, undefined],
    ['"99999999999999999999"', 412, undefined],
  ])('with If-Match %s answers %i', async (header, status, seen) => {
    const response = await call('PATCH', '/v1/things/one', header === undefined ? {} : { headers: { 'if-match': header } });
    expect(response.status).toBe(status);
    if (status === 200) {
      expect(response.headers.get('etag')).toBe('"4"');
      expect(await response.json()).toEqual({ name: 'one', seen });
    } else expect(await response.json()).toMatchObject({ code: 'version-changed' });
  });

  test('takes no body when its table names none, but for an empty object', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await call('PATCH', '/v1/things/one', { headers, body: '{}' })).status).toBe(200);
    expect((await call('PATCH', '/v1/things/one', { headers, body: '{"name":"x"}' })).status).toBe(422);
  });

  test('is not found in another case of letters', async () => {
    expect((await call('PATCH', '/V1/Things/one')).status).toBe(404);
  });

  test('streams, and ends its work when the caller leaves', async () => {
    const leave = new AbortController();
    const response = await call('GET', '/v1/things.csv', { signal: leave.signal });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('a,b\n');
    leave.abort();
    const deadline = Date.now() + 5_000;
    while (ended === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ended).toBe(1);
  });

  test('takes a file as it comes, up to its limit', async () => {
    const csv = { 'content-type': 'text/csv' };
    const whole = await call('POST', '/v1/uploads', { headers: csv, body: 'x'.repeat(1_500_000) });
    expect(await whole.json()).toEqual({ bytes: 1_500_000 });
    expect((await call('POST', '/v1/uploads', { headers: csv, body: 'x'.repeat(2_000_001) })).status).toBe(413);
    expect((await call('POST', '/v1/uploads', { headers: { 'content-type': 'text/html' }, body: 'x' })).status).toBe(415);
  });

  test('tells nothing of a bug but its number, and keeps no key for it', async () => {
    const headers = { 'idempotency-key': 'broken' };
    const response = await call('POST', '/v1/broken', { headers });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', instance: `urn:uuid:${response.headers.get('x-request-id')}` });
    expect(await app.ctx.db.selectFrom('idempotency').selectAll().execute()).toEqual([]);
  });
});
