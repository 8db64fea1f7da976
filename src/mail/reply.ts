/** A server's answer, as far as it can be read. */
export type Reply = {
  /** The three digits, null when there was no reply or it was none of RFC 5321 §4.2. */
  code: number | null;
  /** RFC 3463, such as `5.1.1`. */
  enhanced: string | null;
  /** One printable line of at most 500 characters. Its words are a stranger's: escape them wherever they are shown. */
  reply: string | null;
};

export function readReply(text: string | false | null | undefined): Reply {
  if (!text) return { code: null, enhanced: null, reply: null };
  const code = /^[2-5]\d\d(?=[ -]|$|\r?\n)/.exec(text)?.[0];
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1];
  const reply = text
    .slice(0, 2000)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 500);
  return { code: code ? Number(code) : null, enhanced: enhanced ?? null, reply };
}
