import type { Request, Response } from 'express';
import { listArticles } from '#src/articles/list-articles';
import type { Context } from '#src/context';
import { checkComposed } from '#src/digests/check-digest';
import { composeDigestEmail, type ComposedDigest } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import type { Variant } from '#src/digests/render-variant';
import { previewDigest } from '#src/digests/preview-digest';
import { preheaderFrom, subjectFrom } from '#src/digests/write-digest-email';
import { inboxRows } from '#src/http/preview/inbox-rows';
import { asked } from '#src/http/studio/form';
import { linkLookUp } from '#src/http/studio/link-look-up';
import { previewModes, previewWidths } from '#src/http/studio/preview-modes';
import { findPreviewReader, type PreviewReader } from '#src/http/studio/preview-reader';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { mayDo } from '#src/http/studio/signed-in';
import type { EditorVariables, PreviewVariables, SeatedArticle } from '#src/http/studio/studio-variables';

interface Trouble {
  status: number;
  notice?: Notice;
  /** What the editor typed and could not save. */
  typed?: Pick<Digest, 'subject' | 'preheader' | 'note'>;
  /** Whom they wanted to see it as, and who is no reader of it. */
  unknownReader?: string;
}

/** The editor of a draft: choose, order and write on one side, on the other what comes of it. */
export async function showEditor(ctx: Context, request: Request, response: Response, digest: Digest, trouble?: Trouble): Promise<void> {
  const lookUp = linkLookUp(request);
  const composed = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  const { checks, recipients, variant } = await checkComposed(ctx, composed, lookUp);
  const wanted = mayDo(response, 'subscribers:read') ? asked(request, 'subscriber') : '';
  const reader = wanted === '' ? null : await findPreviewReader(ctx, digest.newsletter.id, wanted);
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
      ...(await shownTo(ctx, digest, variant, reader)),
      reader,
      unknownReader: trouble?.unknownReader ?? (wanted !== '' && !reader ? wanted : null),
    }),
    checks,
    linksAsked: lookUp !== undefined,
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

type ShownTo = Pick<PreviewVariables, 'rows' | 'htmlBytes'>;

/** The checks have rendered it in the newsletter's language; a reader may have another. */
async function shownTo(ctx: Context, digest: Digest, variant: Variant | null, reader: PreviewReader | null): Promise<ShownTo> {
  const { subject, preheader } = digest;
  const own = variant?.rendered ?? { subject, preheader, html: '' };
  const shown = reader ? await previewDigest(ctx, digest.id, { subscriberId: reader.id }) : own;
  return { rows: inboxRows(shown), htmlBytes: Buffer.byteLength(shown.html) };
}

function previewOf(request: Request, shown: Omit<PreviewVariables, 'as' | 'mode' | 'width' | 'modes' | 'widths'>): PreviewVariables {
  return {
    ...shown,
    as: asked(request, 'as') === 'text' ? 'text' : 'html',
    mode: previewModes.find((mode) => mode === asked(request, 'mode')) ?? 'light',
    width: previewWidths.find((width) => String(width) === asked(request, 'width')) ?? 600,
    modes: previewModes,
    widths: previewWidths,
  };
}
