import { Router } from 'express';
import { type Article, ArticleId } from '#src/articles/article';
import { findArticle } from '#src/articles/find-article';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import type { PageVariables } from '#src/http/pages/page-variables';
import { showPage } from '#src/http/pages/show-page';
import { directionOf } from '#src/locales';
import { houseZone } from '#src/newsletters/house-zone';
import { listNewsletters } from '#src/newsletters/list-newsletters';

/** `/articles/:id`: an article that stands nowhere else. One with an address of its own is read there. */
export function articlePages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/articles/:id', async (request, response) => {
    const article = await findReadable(ctx, request.params.id);
    if (article.url !== null) return response.redirect(302, article.url);
    return showPage(ctx, request, response, {
      page: 'article',
      variables: await variablesOf(ctx, article),
      language: article.inLanguage,
      zone: await houseZone(ctx),
    });
  });
  return router;
}

async function findReadable(ctx: Context, id: string): Promise<Article> {
  const article = await findArticle(ctx, ArticleId.safeParse(id).data ?? '');
  if (article.withdrawnAt !== null) throw new Refusal('gone', 'The article was withdrawn.');
  if (article.embargoedUntil !== null && article.embargoedUntil > ctx.now()) throw new Refusal('not-found', 'There is no such article.');
  return article;
}

async function variablesOf(ctx: Context, article: Article): Promise<PageVariables['article']> {
  return {
    headline: article.headline,
    description: article.description,
    articleLanguage: article.inLanguage,
    articleDirection: directionOf(article.inLanguage),
    section: article.articleSection,
    kind: article.kind,
    author: article.author.join(', '),
    publishedAt: article.datePublished,
    paragraphs: article.articleBody,
    subscribePath: await subscribePath(ctx, article.inLanguage),
  };
}

/** To the newsletter in the article's language, else to the first. */
async function subscribePath(ctx: Context, language: string): Promise<string> {
  const newsletters = (await listNewsletters(ctx, { limit: 100 })).filter(({ isOpen }) => isOpen);
  const newsletter = newsletters.find((each) => language.split('-')[0] === each.language) ?? newsletters[0];
  const query = new URLSearchParams({ ...(newsletter ? { newsletter: newsletter.slug } : {}), src: 'article' });
  return `/subscribe?${query.toString()}`;
}
