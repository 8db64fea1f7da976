import { createHash } from 'node:crypto';
import type { Context } from '#src/context';
import { languageFor } from '#src/locales';
import type { DigestEmail } from '#src/mail/digest-email';
import type { RenderedEmail } from '#src/mail/render-email';

/** The digest for the readers of one frame language. */
export interface Variant {
  language: string;
  email: DigestEmail;
  rendered: RenderedEmail;
  hash: string;
}

/** `language` is of the frame: labels, footer, dates. The articles stay as they are. */
export async function renderVariant(ctx: Context, email: DigestEmail, language: string): Promise<Variant> {
  const framed = { ...email, frameLanguage: languageFor(language) };
  const rendered = await ctx.renderer.render({ email: 'digest', variables: framed });
  return { language: framed.frameLanguage, email: framed, rendered, hash: hashOf(rendered) };
}

/** Of everything a reader sees. Approval pins it, and what leaves must have the same. */
function hashOf({ subject, preheader, html, text }: RenderedEmail): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, preheader, html, text]))
    .digest('hex');
}
