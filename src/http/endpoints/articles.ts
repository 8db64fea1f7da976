import { z } from 'zod';
import { addArticle } from '#src/articles/add-article';
import { type Article, ArticleChange, ArticleId, ArticleInput, type StoredArticle } from '#src/articles/article';
import { findArticle } from '#src/articles/find-article';
import { importPage } from '#src/articles/import-page';
import { ArticlePlace, listArticles, placeOf } from '#src/articles/list-articles';
import { patchArticle } from '#src/articles/patch-article';
import { storeArticle } from '#src/articles/store-article';
import { withdrawArticle } from '#src/articles/withdraw-article';
import { Refusal } from '#src/errors';
import { ArticleBody, articleBody, NewArticle } from '#src/http/endpoints/article-body';
import { endpoint, reply } from '#src/http/endpoint';
import { listOf, page, pageFields } from '#src/http/pagination';

/** An id that could be nobody's is simply not found. */
const KnownId = z.strictObject({ id: z.string().transform((id) => ArticleId.safeParse(id).data ?? '') });
const stored = { 200: ArticleBody, 201: ArticleBody };

export const articlesEndpoints = [
  endpoint({
    method: 'get',
    path: '/v1/articles',
    summary: 'Stored articles, newest first',
    scope: 'articles:read',
    query: z.strictObject({
      ...pageFields(ArticlePlace),
      q: z.string().max(200).optional(),
      section: z.string().max(200).optional(),
      unused: z.stringbool().optional(),
    }),
    answers: { 200: listOf(ArticleBody) },
    async run(ctx, { query: { cursor, limit, ...filter } }) {
      const articles = await listArticles(ctx, { ...filter, after: cursor, limit: limit + 1 });
      return reply(200, page(articles, limit, { item: articleBody, place: placeOf }));
    },
  }),
  endpoint({
    method: 'post',
    path: '/v1/articles',
    summary: 'Store an article without an id of its own, or the one at an address',
    scope: 'articles:write',
    body: NewArticle,
    answers: stored,
    run: async (ctx, { body }) => answer('page' in body ? await importPage(ctx, body.page) : await addArticle(ctx, body.article)),
  }),
  endpoint({
    method: 'put',
    path: '/v1/articles/:id',
    summary: "Store an article under the publisher's id; the same again changes nothing",
    scope: 'articles:write',
    params: z.strictObject({ id: ArticleId }),
    body: ArticleInput.extend({ id: z.string().optional() }),
    answers: stored,
    async run(ctx, { params, body: { id = params.id, ...input }, ifMatch }) {
      if (id !== params.id) throw otherId();
      return answer(await storeArticle(ctx, params.id, input, ifMatch));
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/articles/:id',
    summary: 'An article',
    scope: 'articles:read',
    params: KnownId,
    answers: { 200: ArticleBody },
    run: async (ctx, { params }) => show(await findArticle(ctx, params.id)),
  }),
  endpoint({
    method: 'patch',
    path: '/v1/articles/:id',
    summary: 'Change some fields of an article',
    scope: 'articles:write',
    params: KnownId,
    body: ArticleChange,
    answers: { 200: ArticleBody },
    run: async (ctx, { params, body, ifMatch }) => show((await patchArticle(ctx, params.id, body, ifMatch)).article),
  }),
  endpoint({
    method: 'put',
    path: '/v1/articles/:id/withdrawal',
    summary: 'Withdraw an article from digests that have not left, or take that back',
    scope: 'articles:write',
    params: KnownId,
    body: z.strictObject({ withdrawn: z.boolean().default(true) }),
    answers: { 200: ArticleBody },
    run: async (ctx, { params, body, ifMatch }) => show((await withdrawArticle(ctx, params.id, body, ifMatch)).article),
  }),
];

function answer({ article, outcome }: StoredArticle) {
  const headers = { etag: article.version, location: `/v1/articles/${encodeURIComponent(article.id)}` };
  return outcome === 'created' ? reply(201, articleBody(article), headers) : reply(200, articleBody(article), headers);
}

function show(article: Article) {
  return reply(200, articleBody(article), { etag: article.version });
}

function otherId(): Refusal {
  return new Refusal('invalid', 'The body does not fit.', { faults: [{ pointer: '/id', detail: 'is another than the one in the path' }] });
}
