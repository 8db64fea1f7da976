import type { Command, Noun } from '#src/cli/command';

export function programHelp(nouns: Readonly<Record<string, Noun>>): string {
  const lines = Object.entries(nouns).map(
    ([word, noun]) => [word, 'verbs' in noun ? `${noun.summary}: ${Object.keys(noun.verbs).join(', ')}` : noun.summary] as const,
  );
  return `Usage: briefing <noun> <verb> [arguments] [options]

${columns(lines)}

Options of every command:
${columns(globalLines)}

Exit codes: 0 ok, 1 failed, 2 not understood, 3 blocked by checks, 4 not found, 5 conflict.
briefing <noun> --help says more.`;
}

export function nounHelp(word: string, noun: Extract<Noun, { verbs: unknown }>): string {
  const lines = Object.entries(noun.verbs).map(([verb, { takes = '', summary }]) => [`${verb} ${takes}`.trim(), summary] as const);
  return `Usage: briefing ${word} <verb>\n\n${columns(lines)}`;
}

export function commandHelp(name: string, { summary, takes = '', options = {} }: Command): string {
  const own = Object.entries(options).map(
    ([option, { type, describe }]) => [`--${option}${type === 'string' ? ' TEXT' : ''}`, describe] as const,
  );
  return `${summary}\n\nUsage: briefing ${`${name} ${takes}`.trim()} [options]\n\n${columns([...own, ...globalLines])}`;
}

const globalLines = [
  ['--json', 'print the result as JSON'],
  ['--dry-run', 'say what would be done, do nothing'],
  ['-y, --yes', 'do not ask'],
  ['--no-input', 'never wait for an answer'],
  ['-q, --quiet', 'print the result only'],
  ['-h, --help', 'this text'],
] as const;

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
