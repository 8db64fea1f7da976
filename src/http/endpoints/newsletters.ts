import { z } from 'zod';
import { directionOf } from '#src/locales';
import { changeNewsletter } from '#src/newsletters/change-newsletter';
import { findNewsletter } from '#src/newsletters/find-newsletter';
import { findSchedule } from '#src/newsletters/find-schedule';
import { listNewsletters } from '#src/newsletters/list-newsletters';
import { type Newsletter, NewsletterChange } from '#src/newsletters/newsletter';
import { type Schedule, ScheduleInput, weekdays } from '#src/newsletters/schedule';
import { setSchedule } from '#src/newsletters/set-schedule';
import { reportSources } from '#src/subscribers/report-sources';
import { endpoint, reply } from '#src/http/endpoint';
import { listOf, page, pageFields } from '#src/http/pagination';
import { CursorId } from '#src/http/row-id';

const NewsletterBody = z.strictObject({
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  language: z.string(),
  direction: z.enum(['ltr', 'rtl']),
  zone: z.string(),
  fromName: z.string(),
  websiteUrl: z.string().nullable(),
  contactAddress: z.string().nullable(),
  israelProfile: z.boolean(),
  isOpen: z.boolean(),
});

const ScheduleBody = z.strictObject({
  enabled: z.boolean(),
  at: z.string().regex(/^\d\d:\d\d$/),
  weekdays: z.array(z.enum(weekdays)),
  maxArticles: z.int(),
});

const SourcesBody = z.strictObject({
  items: z.array(
    z.strictObject({
      source: z.string(),
      asked: z.int(),
      confirmed: z.int(),
      confirmedThirtyDaysAgo: z.int(),
      readingAfterThirtyDays: z.int(),
    }),
  ),
  nextCursor: z.null(),
});

const slug = z.string().max(200);
const OfNewsletter = z.strictObject({ slug });
const OfSchedule = z.strictObject({ slug, cadence: z.enum(['breaking', 'daily', 'weekly']) });

export const newslettersEndpoints = [
  endpoint({
    method: 'get',
    path: '/v1/newsletters',
    summary: 'All newsletters',
    scope: 'newsletters:read',
    query: z.strictObject(pageFields(CursorId)),
    answers: { 200: listOf(NewsletterBody) },
    async run(ctx, { query: { cursor, limit } }) {
      const newsletters = await listNewsletters(ctx, { afterId: cursor, limit: limit + 1 });
      return reply(200, page(newsletters, limit, { item: newsletterBody, place: ({ id }) => id }));
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/newsletters/:slug',
    summary: 'A newsletter',
    scope: 'newsletters:read',
    params: OfNewsletter,
    answers: { 200: NewsletterBody },
    run: async (ctx, { params }) => showNewsletter(await findNewsletter(ctx, params.slug)),
  }),
  endpoint({
    method: 'patch',
    path: '/v1/newsletters/:slug',
    summary: 'Change some settings of a newsletter',
    scope: 'newsletters:write',
    params: OfNewsletter,
    body: NewsletterChange,
    answers: { 200: NewsletterBody },
    run: async (ctx, { params, body, ifMatch }) => showNewsletter(await changeNewsletter(ctx, params.slug, body, ifMatch)),
  }),
  endpoint({
    method: 'get',
    path: '/v1/newsletters/:slug/sources',
    summary: 'Where sign-ups came from, how many confirmed, and how many still read after thirty days; the 200 best',
    scope: 'newsletters:read',
    params: OfNewsletter,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(400).default(90) }),
    answers: { 200: SourcesBody },
    async run(ctx, { params, query }) {
      return reply(200, { items: await reportSources(ctx, params.slug, query.days), nextCursor: null });
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/newsletters/:slug/schedules/:cadence',
    summary: "A newsletter's recurring digest",
    scope: 'newsletters:read',
    params: OfSchedule,
    answers: { 200: ScheduleBody },
    run: async (ctx, { params }) => showSchedule(await findSchedule(ctx, params.slug, params.cadence)),
  }),
  endpoint({
    method: 'put',
    path: '/v1/newsletters/:slug/schedules/:cadence',
    summary: "Set a newsletter's recurring digest: its hour on the newsletter's clock, its days, its length",
    scope: 'newsletters:write',
    params: OfSchedule,
    body: ScheduleInput,
    answers: { 200: ScheduleBody },
    run: async (ctx, { params, body, ifMatch }) => showSchedule(await setSchedule(ctx, params, body, ifMatch)),
  }),
];

function showNewsletter(newsletter: Newsletter) {
  return reply(200, newsletterBody(newsletter), { etag: newsletter.version });
}

function newsletterBody({ id: _id, version: _version, ...shown }: Newsletter): z.infer<typeof NewsletterBody> {
  return { ...shown, direction: directionOf(shown.language) };
}

function showSchedule({ enabled, at, weekdays: days, maxArticles, version }: Schedule) {
  return reply(200, { enabled, at, weekdays: days, maxArticles }, { etag: version });
}
