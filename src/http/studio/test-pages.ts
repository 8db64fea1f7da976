import { type Request, type Response, Router } from 'express';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { listTests } from '#src/digests/list-tests';
import { testDigest } from '#src/digests/test-digest';
import { field, readForm } from '#src/http/studio/form';
import { refused } from '#src/http/studio/refused';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { actorWith, editorOf, pathPart } from '#src/http/studio/signed-in';
import { studioLanguage } from '#src/http/studio/studio-language';
import { parseAddress } from '#src/mail/address';

const mostAddresses = 20;

/** `/studio/digests/:id/test`: the digest in a few real inboxes. */
export function testPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/studio/digests/:id/test', async (request, response) => {
    const digest = await findDigest(ctx.db, pathPart(request, 'id'));
    await showTest(ctx, request, response, { digest, to: editorOf(response).address, wrong: [] });
  });

  router.post('/studio/digests/:id/test', readForm, async (request, response) => {
    const actor = actorWith(response, 'digests:write');
    const digest = await findDigest(ctx.db, pathPart(request, 'id'));
    const to = field(request, 'to');
    const addresses = to.split(/[\s,;]+/).filter(Boolean);
    const wrong = addresses.filter((address) => typeof parseAddress(address) === 'string');
    if (wrong.length > 0 || addresses.length === 0 || addresses.length > mostAddresses) {
      return showTest(ctx, request, response, { digest, to, wrong, status: 422 });
    }
    try {
      const messages = await testDigest(ctx, digest.id, { to: addresses });
      await recordAudit(ctx.db, actor, 'digest.test', `digest:${digest.id}`, { messages });
      response.redirect(303, `/studio/digests/${digest.id}/test?done=tested`);
    } catch (error) {
      await showTest(ctx, request, response, { digest, to, wrong: [], ...refused(error, studioLanguage(request, editorOf(response))) });
    }
  });
  return router;
}

interface Shown {
  digest: Digest;
  to: string;
  wrong: string[];
  status?: number;
  notice?: Notice;
}

async function showTest(
  ctx: Context,
  request: Request,
  response: Response,
  { digest, to, wrong, status = 200, notice }: Shown,
): Promise<void> {
  const tests = await listTests(ctx.db, digest.id);
  const isStale = tests[0] !== undefined && tests[0].at < digest.updatedAt && digest.state === 'draft';
  showStudio(ctx, request, response, { page: 'test', status, notice, variables: { digest, to, wrong, tests, isStale } });
}
