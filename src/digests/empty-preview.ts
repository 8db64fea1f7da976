import type { Digest } from '#src/digests/digest';
import { directionOf, t } from '#src/locales';
import type { RenderedEmail } from '#src/mail/render-email';

/** A digest without articles cannot be rendered as an email; its preview says so in the same frame of mind. */
export function emptyPreview(digest: Digest, language: string): RenderedEmail {
  const direction = directionOf(language);
  const text = t(language, 'studio.preview.empty');
  const style = 'margin:0;padding:48px 24px;background:#f6f6f2;color:#595955;font:16px/1.5 Georgia,serif;text-align:center';
  return {
    subject: digest.subject || digest.newsletter.name,
    preheader: digest.preheader,
    html: `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>${text}</title></head><body style="${style}"><p lang="${language}" dir="${direction}">${text}</p></body></html>`,
    text: `${text}\n`,
    language,
    direction,
  };
}
