// C0 and C1 controls, bidi embeddings, overrides and isolates (ours are added later), byte order marks, non-characters.
// oxlint-disable-next-line no-control-regex
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** Text that somebody else wrote, without what could reorder or break a message: controls, overrides, lone surrogates; white space is one space. */
export function cleanText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(unwanted, '')
    .replace(/\s+/g, ' ')
    .trim();
}
