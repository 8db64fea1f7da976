const english = {
  invitation: /(?:^|[.,:;!?–—-]\s*|\b(?:here|to|please|and|now)\s+)(?:sign[- ]?up|subscribe|register|join)\b/i,
  what: /\b(?:newsletters?|briefings?|mailing list|daily e-?mail|digests?)\b/i,
  whose: /\b(?:our|free|here|your inbox|below)\b/i,
};
const hebrew = {
  invitation: /(?<!\p{L})(?:הירשמו|הרשמו|הירשם|הירשמי|הצטרפו|הצטרף|ו?להרשמה|ו?להצטרפות|ו?להירשם|ו?להצטרף|כדי להירשם)(?!\p{L})/u,
  what: /(?:ניוזלטר|ניוזלטור|ידיעון|תדריך|תקציר היומי|עדכון היומי|רשימת התפוצה|רשימת הדיוור)/u,
  whose: /(?:שלנו|חינם|חינמי|ללא תשלום|לחצו|לחץ|כאן|תיבת הדואר|למייל)/u,
};

const longest = 300;
const speech = /[“”"״]/;

/** Whether a line asks the reader to sign up for a newsletter of the publisher, and does nothing else. Reported speech is news. */
export function isSignUpLine(line: string): boolean {
  if (line.length > longest) return false;
  return [english, hebrew].some(
    ({ invitation, what, whose }) => invitation.test(line) && what.test(line) && whose.test(line) && !speech.test(unabbreviated(line)),
  );
}

/** Without the marks inside Hebrew abbreviations, which look like quotation marks. */
function unabbreviated(line: string): string {
  return line.replace(/(?<=\p{L})["״](?=\p{L})/gu, '');
}
