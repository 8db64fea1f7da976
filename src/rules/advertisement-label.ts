import type { DigestEmail } from '#src/mail/digest-email';
import { withoutMarks } from '#src/rules/own-words';
import { articlePlace } from '#src/rules/places';
import type { Rule } from '#src/rules/rule';

/** Words that the subject may start with. The label for appeals has not been confirmed by a lawyer: docs say so. */
const labels = {
  sponsored: { en: ['Advertisement', 'פרסומת'], he: ['פרסומת'] },
  appeal: { en: ['Appeal for donations', 'בקשת תרומה', 'Advertisement', 'פרסומת'], he: ['בקשת תרומה', 'פרסומת'] },
} as const;

/** Israel’s Communications Law, section 30A: one advertisement makes the whole mail one, and its subject starts with the word. */
export const advertisementLabel: Rule = {
  id: 'L01',
  name: 'advertisementLabel',
  level: 'block',
  part: 'headers',
  check: ({ email, rendered }) => {
    const paid = email ? firstPaid(email) : null;
    if (!email || !paid) return [];
    const { kind, index } = paid;
    const wanted = email.newsletter.language.startsWith('he') ? labels[kind].he : labels[kind].en;
    const subject = withoutMarks(rendered.subject).toLowerCase();
    if (wanted.some((label) => subject.startsWith(label.toLowerCase()))) return [];
    return [{ place: articlePlace(email, index), fault: kind, values: { label: wanted[0] } }];
  },
};

/** An advertisement counts before an appeal: its label is the stricter one. */
function firstPaid({ newsletter, articles }: DigestEmail): { kind: 'sponsored' | 'appeal'; index: number } | null {
  if (!newsletter.israelProfile) return null;
  for (const kind of ['sponsored', 'appeal'] as const) {
    const index = articles.findIndex((article) => article.kind === kind);
    if (index >= 0) return { kind, index };
  }
  return null;
}
