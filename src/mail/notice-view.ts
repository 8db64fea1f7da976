import { footerView, type FooterView } from '#src/mail/footer-view';
import { frameView, type FrameView } from '#src/mail/frame-view';
import { markDirection } from '#src/mail/mark-direction';
import type { Notice } from '#src/mail/notice';

export type NoticeView = FrameView &
  Pick<Notice, 'title' | 'paragraphs' | 'button' | 'after' | 'links'> & {
    /** The button's address stands below it too: without that page the reader is stuck. */
    copyable: boolean;
    footer: FooterView;
  };

/** A one-off mail as its template prints it. */
export function noticeView(notice: Notice): NoticeView {
  const { newsletter, publicUrl, language, title, paragraphs, button, after, links, subscribed } = notice;
  return {
    ...frameView({ newsletter, language, ...noticeSubject(notice) }),
    title,
    paragraphs,
    button,
    copyable: !subscribed,
    after,
    links,
    footer: footerView({ newsletter, publicUrl, language, webUrl: null, subscribed }),
  };
}

/** A letter hides nothing: its first words are what an inbox shows. Spam filters count hidden text against mail that cannot be left. */
export function noticeSubject({ subject, language }: Notice): { subject: string; preheader: string } {
  return { subject: markDirection(subject, language), preheader: '' };
}
