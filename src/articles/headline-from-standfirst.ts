const longest = 90;
// a comma inside 12,000 and a colon inside 09:48 end nothing
const pause = /(?<!\d)[,;:–]|[,;:–](?!\d)/;

/** A headline for an article that came without one: the standfirst up to its first `, ; : –`, else to the last whole word within 90 characters. */
export function headlineFromStandfirst(standfirst: string): string {
  const end = standfirst.search(pause);
  const upToPause = end < 0 ? '' : standfirst.slice(0, end).trim();
  return upToPause === '' ? wholeWords(standfirst) : upToPause;
}

function wholeWords(text: string): string {
  if (text.length <= longest) return text;
  const end = text.lastIndexOf(' ', longest);
  return (end > 0 ? text.slice(0, end) : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')).trim();
}
