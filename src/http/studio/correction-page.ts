import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { Check } from '#src/digests/check-digest';
import type { Digest } from '#src/digests/digest';
import { type ChosenArticle, chosenArticles } from '#src/digests/find-digest';
import { progressOf } from '#src/digests/progress';
import { field } from '#src/http/studio/form';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import type { CorrectableArticle } from '#src/http/studio/studio-variables';

/** What could not be taken: the form keeps what was typed. */
interface Trouble {
  status: number;
  notice: Notice;
  typed: Pick<Digest, 'subject' | 'preheader' | 'note'>;
  blocking: readonly Check[];
}

/** The form in which an editor corrects a paused digest: its words and those of its articles, beside the email as it last left. */
export async function showCorrection(ctx: Context, request: Request, response: Response, digest: Digest, trouble?: Trouble): Promise<void> {
  const [chosen, { waiting, deferred }] = await Promise.all([chosenArticles(ctx.db, digest.id), progressOf(ctx, digest.id)]);
  const variables = {
    digest: { ...digest, ...trouble?.typed },
    articles: chosen.map((article, place) => (trouble ? typedOver(request, article, place) : correctable(article))),
    waiting: waiting + deferred,
    blocking: trouble?.blocking ?? [],
  };
  showStudio(ctx, request, response, {
    page: 'correction',
    variables,
    ...(trouble ? { status: trouble.status, notice: trouble.notice } : {}),
  });
}

function correctable({ article, headline, description, whyItMatters }: ChosenArticle): CorrectableArticle {
  return {
    headline: headline ?? '',
    description: description ?? '',
    whyItMatters: whyItMatters ?? '',
    isOut: false,
    own: {
      headline: article.headline,
      description: article.description || (article.article_body[0] ?? ''),
      language: article.in_language,
    },
  };
}

function typedOver(request: Request, chosen: ChosenArticle, place: number): CorrectableArticle {
  return {
    ...correctable(chosen),
    headline: field(request, `headline-${place}`),
    description: field(request, `description-${place}`),
    whyItMatters: field(request, `whyItMatters-${place}`),
    isOut: field(request, `out-${place}`) === 'on',
  };
}
