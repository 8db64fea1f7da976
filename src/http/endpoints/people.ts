import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { Refusal } from '#src/errors';
import { type Endpoint, endpoint, reply } from '#src/http/endpoint';
import { ConsentShape, consentShape, ChainShape } from '#src/http/endpoints/consent-shapes';
import {
  LanguageName,
  Moment,
  newsletterNamed,
  SearchText,
  SubscriberShape,
  subscriberShape,
  SubscriberStateName,
} from '#src/http/endpoints/subscriber-shapes';
import { listOf, page, pageFields } from '#src/http/pagination';
import { CursorId, RowId } from '#src/http/row-id';
import { addSubscriber } from '#src/subscribers/add-subscriber';
import { changeSubscriber } from '#src/subscribers/change-subscriber';
import { ConsentSource, ConsentWording } from '#src/subscribers/consent-words';
import { erase } from '#src/subscribers/erase';
import { findSubscriber } from '#src/subscribers/find-subscriber';
import { listConsents } from '#src/subscribers/list-consents';
import { listSubscribers } from '#src/subscribers/list-subscribers';
import { Cadences, SubscriberEmail } from '#src/subscribers/subscriber';

const onePerson = '/v1/subscribers/:id';
const byId = z.strictObject({ id: RowId });
const Asked = z.strictObject({
  status: z.literal('check-your-inbox'),
  email: z.string(),
  newsletter: z.string(),
  state: z.literal('pending'),
});

const asked = { status: 'check-your-inbox', state: 'pending' } as const;

export const peopleEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/v1/subscribers',
    summary:
      'Subscribe somebody: with the consent that they gave elsewhere (201), or by a confirmation that they answer (202); 200 when they are already',
    scope: 'subscribers:write',
    body: z.strictObject({
      email: SubscriberEmail,
      newsletter: z.string().min(1).max(100),
      cadences: Cadences.default(['daily']),
      language: LanguageName.optional(),
      consent: z.strictObject({ source: ConsentSource, wording: ConsentWording, at: Moment }).optional(),
    }),
    answers: { 200: SubscriberShape, 201: SubscriberShape, 202: Asked },
    async run(ctx, { body: { email, language, consent = null, ...wanted }, actor }) {
      const newsletter = await newsletterNamed(ctx, wanted.newsletter);
      const { cadences } = wanted;
      const added = await addSubscriber(ctx, { address: email, newsletter, cadences, language: language ?? newsletter.language, consent });
      if (added.outcome === 'asked') {
        await recordAudit(ctx.db, actor, 'subscriber.ask', `newsletter:${newsletter.id}`);
        return reply(202, { ...asked, email, newsletter: newsletter.slug });
      }
      const { subscriber, outcome } = added;
      const headers = { etag: subscriber.version, location: `/v1/subscribers/${subscriber.id}` };
      if (outcome === 'already') return reply(200, subscriberShape(subscriber, newsletter.slug), headers);
      await recordAudit(ctx.db, actor, 'subscriber.add', `subscriber:${subscriber.id}`, { newsletter: newsletter.slug });
      return reply(201, subscriberShape(subscriber, newsletter.slug), headers);
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/subscribers',
    summary: 'Subscribers, newest first; q is a part of the address',
    scope: 'subscribers:read',
    query: z.strictObject({
      ...pageFields(CursorId),
      q: SearchText.optional(),
      state: SubscriberStateName.optional(),
      newsletter: SearchText.optional(),
    }),
    answers: { 200: listOf(SubscriberShape) },
    async run(ctx, { query: { cursor, limit, ...filter } }) {
      const rows = await listSubscribers(ctx, { ...filter, before: cursor, limit: limit + 1 });
      return reply(200, page(rows, limit, { item: (row) => subscriberShape(row, filter.newsletter), place: ({ id }) => id }));
    },
  }),
  endpoint({
    method: 'get',
    path: onePerson,
    summary: 'A subscriber',
    scope: 'subscribers:read',
    params: byId,
    answers: { 200: SubscriberShape },
    async run(ctx, { params }) {
      const subscriber = await findSubscriber(ctx.db, params);
      return reply(200, subscriberShape(subscriber), { etag: subscriber.version });
    },
  }),
  endpoint({
    method: 'patch',
    path: onePerson,
    summary: 'Change what a subscriber gets; name the newsletter when they have several. State left unsubscribes',
    scope: 'subscribers:write',
    params: byId,
    body: z.strictObject({
      newsletter: z.string().min(1).max(100).optional(),
      cadences: Cadences.optional(),
      language: LanguageName.optional(),
      pausedUntil: Moment.nullable().optional(),
      state: z.literal('left').optional(),
    }),
    answers: { 200: SubscriberShape },
    async run(ctx, { params, body, ifMatch, actor }) {
      const subscriber = await changeSubscriber(ctx, params.id, body, ifMatch);
      await recordAudit(ctx.db, actor, 'subscriber.change', `subscriber:${params.id}`, { fields: Object.keys(body) });
      return reply(200, subscriberShape(subscriber, body.newsletter), { etag: subscriber.version });
    },
  }),
  endpoint({
    method: 'delete',
    path: onePerson,
    summary: 'Erase a person: a keyed hash stays, so that no import brings them back',
    scope: 'subscribers:write',
    params: byId,
    answers: { 204: null },
    async run(ctx, { params, actor }) {
      if ((await erase(ctx, params.id)) === 'unknown') throw new Refusal('not-found', 'There is no such subscriber.');
      await recordAudit(ctx.db, actor, 'subscriber.erase', `subscriber:${params.id}`);
      return reply(204, null);
    },
  }),
  endpoint({
    method: 'get',
    path: `${onePerson}/consents`,
    summary: 'What a person agreed to, oldest first, and whether the chain of the records is whole; of erased people too',
    scope: 'subscribers:read',
    params: byId,
    query: z.strictObject(pageFields(CursorId)),
    answers: { 200: listOf(ConsentShape).extend({ chain: ChainShape }) },
    async run(ctx, { params, query: { cursor, limit } }) {
      const { records, verified } = await listConsents(ctx, params.id, { after: cursor, limit: limit + 1 });
      return reply(200, { ...page(records, limit, { item: consentShape, place: ({ id }) => id }), chain: verified });
    },
  }),
];
