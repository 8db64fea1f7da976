export const headlineMissing = 'headline missing';

const longest = 120;
const longNote = /^headline long: \d+ characters$/;

/** The notes with what the editor should know of the headline: longer than 120 characters is unreadable in an email. */
export function noteHeadline(notes: readonly string[], headline: string): string[] {
  const others = notes.filter((note) => !longNote.test(note));
  return headline.length > longest ? [...others, `headline long: ${headline.length} characters`] : others;
}
