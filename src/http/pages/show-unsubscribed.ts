import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { FieldFault } from '#src/http/pages/page-variables';
import { showPage } from '#src/http/pages/show-page';
import { writeLink } from '#src/links';
import { t } from '#src/locales';
import { maskAddress } from '#src/mail/address';
import type { Reader } from '#src/subscribers/reader';
import { isUndoable } from '#src/subscribers/undo-unsubscribe';

interface Shown {
  /** Null for somebody who was erased: nothing is known of them, and nothing is sent. */
  reader: Reader | null;
  fresh: boolean;
  reasonThanked?: boolean;
  faults?: FieldFault[];
}

export function showUnsubscribed(ctx: Context, request: Request, response: Response, shown: Shown): void {
  const { reader, fresh, faults = [], reasonThanked = false } = shown;
  const variables = {
    action: reader ? `/u/${writeLink(ctx.config.keys, 'unsubscribe', reader.subscriptionId, ctx.now())}` : '/subscribe',
    maskedAddress: reader ? maskAddress(reader.address) : '•••',
    newsletterName: reader?.newsletter.name ?? t('en', 'page.site'),
    fresh,
    undoable: reader !== null && isUndoable(reader.leftAt, ctx.now()),
    reasonThanked: reasonThanked || reader === null,
    subscribePath: `/subscribe${reader ? `?newsletter=${reader.newsletter.slug}` : ''}`,
    faults,
  };
  showPage(ctx, request, response, { page: 'unsubscribed', status: faults.length > 0 ? 422 : 200, language: reader?.language, variables });
}
