import type { RenderRequest } from '#src/mail/emails';
import { renderEmail } from '#src/mail/render-email';
import type { RenderReply } from '#src/mail/render';

/** The process that MJML lives in. It renders what its parent asks for and ends with it. */
process.on('message', ({ id, request }: { id: number; request: RenderRequest }) => {
  renderEmail(request).then(
    (rendered) => answer({ id, rendered }),
    (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

function answer(reply: RenderReply): void {
  process.send?.(reply);
}
