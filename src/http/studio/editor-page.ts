import type { Request, Response } from 'express';
import { listArticles } from '#src/articles/list-articles';
import type { Context } from '#src/context';
import { checkComposed } from '#src/digests/check-digest';
import { composeDigestEmail, type ComposedDigest } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { preheaderFrom, subjectFrom } from '#src/digests/write-digest-email';
import { asked } from '#src/http/studio/form';
import { previewModes, previewWidths } from '#src/http/studio/preview-modes';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import type { EditorVariables, PreviewVariables, SeatedArticle } from '#src/http/studio/studio-variables';

interface Trouble {
  status: number;
  notice: Notice;
  /** What the editor typed and could not save. */
  typed?: Pick<Digest, 'subject' | 'preheader' | 'note'>;
}

/** The editor of a draft: choose, order and write on one side, on the other what comes of it. */
export async function showEditor(ctx: Context, request: Request, response: Response, digest: Digest, trouble?: Trouble): Promise<void> {
  const composed = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  const { checks, recipients, variant } = await checkComposed(ctx, composed);
  const articles = seated(composed);
  const q = asked(request, 'q');
  const found = await listArticles(ctx, { limit: 24, q: q || undefined, ...(q === '' ? { unused: true } : {}) });
  const chosenIds = new Set(articles.map(({ articleId }) => articleId));
  const variables: EditorVariables = {
    digest: trouble?.typed ? { ...digest, ...trouble.typed } : digest,
    articles,
    choosable: found.filter(({ id, withdrawnAt }) => !chosenIds.has(id) && withdrawnAt === null).slice(0, 12),
    q,
    made: madeFrom(articles),
    theirs: trouble?.typed ? digest : null,
    preview: previewOf(request, {
      from: composed.email?.newsletter.fromName ?? digest.newsletter.name,
      subject: variant?.rendered.subject ?? digest.subject,
      preheader: variant?.rendered.preheader ?? digest.preheader,
      htmlBytes: Buffer.byteLength(variant?.rendered.html ?? ''),
    }),
    checks,
    recipients,
    openArticle: asked(request, 'open'),
  };
  showStudio(ctx, request, response, { page: 'editor', variables, ...(trouble ? { status: trouble.status, notice: trouble.notice } : {}) });
}

function seated({ chosen, unavailable }: ComposedDigest): SeatedArticle[] {
  return chosen.map(({ article, ...own }, index) => ({
    ...own,
    place: index + 1,
    own: {
      headline: article.headline,
      description: article.description || (article.article_body[0] ?? ''),
      language: article.in_language,
      url: article.url,
      publishedAt: article.date_published,
      notes: article.notes,
      hasImage: article.image !== null,
    },
    unavailable: unavailable.find(({ place }) => place === index)?.because ?? null,
  }));
}

function madeFrom(articles: readonly SeatedArticle[]): { subject: string; preheader: string } {
  const headlines = articles.map(({ headline, own }) => headline ?? own.headline);
  return { subject: subjectFrom(headlines), preheader: preheaderFrom(headlines) };
}

function previewOf(request: Request, shown: Pick<PreviewVariables, 'from' | 'subject' | 'preheader' | 'htmlBytes'>): PreviewVariables {
  return {
    ...shown,
    as: asked(request, 'as') === 'text' ? 'text' : 'html',
    mode: previewModes.find((mode) => mode === asked(request, 'mode')) ?? 'light',
    width: previewWidths.find((width) => String(width) === asked(request, 'width')) ?? 600,
    modes: previewModes,
    widths: previewWidths,
  };
}
