/** At most `limit` words: whole sentences if the first fits, else the first words and an ellipsis. */
export function shorten(text: string, limit: number): string {
  const whole = text.trim().replace(/\s+/g, ' ');
  if (countWords(whole) <= limit) return whole;
  const sentences = whole.match(/.+?[.!?…]["”’׳״)]*(?= |$)/gu) ?? [];
  let kept = '';
  for (const sentence of sentences) {
    const longer = `${kept}${sentence}`.trim();
    if (countWords(longer) > limit) break;
    kept = `${longer} `;
  }
  return (
    kept.trim() ||
    `${whole
      .split(' ')
      .slice(0, limit)
      .join(' ')
      .replace(/[\s,;:–-]+$/u, '')}…`
  );
}

function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}
