import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { Check } from '#src/digests/check-digest';
import type { Digest } from '#src/digests/digest';
import { type ChosenArticle, chosenArticles } from '#src/digests/find-digest';
import { progressOf } from '#src/digests/progress';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import type { CorrectableArticle } from '#src/http/studio/studio-variables';
import { storedWords, typedArticle, typedVersion, typedWords } from '#src/http/studio/typed-correction';

/** What could not be taken: the form keeps what was typed. */
interface Trouble {
  status: number;
  notice: Notice;
  /** Somebody else stored another version: theirs stands beside what was typed. */
  isStale: boolean;
  blocking: readonly Check[];
}

/** The form in which an editor corrects a paused digest: its words and those of its articles, beside the email as it last left. */
export async function showCorrection(ctx: Context, request: Request, response: Response, digest: Digest, trouble?: Trouble): Promise<void> {
  const [chosen, { waiting, deferred }] = await Promise.all([chosenArticles(ctx.db, digest.id), progressOf(ctx, digest.id)]);
  const variables = {
    digest: trouble ? typedOver(request, digest, trouble.isStale) : digest,
    theirs: trouble?.isStale ? digest : null,
    articles: chosen.map((article) => (trouble ? typedOverArticle(request, article, trouble.isStale) : correctable(article))),
    waiting: waiting + deferred,
    blocking: trouble?.blocking ?? [],
  };
  showStudio(ctx, request, response, {
    page: 'correction',
    variables,
    ...(trouble ? { status: trouble.status, notice: trouble.notice } : {}),
  });
}

/** Only an editor who is shown theirs may overwrite it: any other form keeps the version that it was filled in for. */
function typedOver(request: Request, digest: Digest, isStale: boolean): Digest {
  return { ...digest, ...typedWords(request), version: isStale ? digest.version : typedVersion(request) };
}

function correctable({ article, ...chosen }: ChosenArticle): CorrectableArticle {
  return {
    id: article.id,
    ...storedWords(chosen),
    isOut: false,
    theirs: null,
    own: {
      headline: article.headline,
      description: article.description || (article.article_body[0] ?? ''),
      language: article.in_language,
    },
  };
}

function typedOverArticle(request: Request, chosen: ChosenArticle, isStale: boolean): CorrectableArticle {
  const stored = storedWords(chosen);
  const typed = typedArticle(request, chosen);
  const isOther = (['headline', 'description', 'whyItMatters'] as const).some((name) => typed[name].trim() !== stored[name]);
  return { ...correctable(chosen), ...typed, theirs: isStale && isOther ? stored : null };
}
