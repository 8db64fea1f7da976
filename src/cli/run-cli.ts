import { parseArgs } from 'node:util';
import { type Command, type ExitCode, type Noun, type OptionValues, UsageError } from '#src/cli/command';
import { commandHelp, nounHelp, programHelp } from '#src/cli/help';
import { nouns } from '#src/cli/nouns';
import { nearest } from '#src/cli/nearest';
import { openTerminal, type Streams } from '#src/cli/terminal';
import { ConfigError } from '#src/config';
import { isDatabaseAway } from '#src/db/client';
import { Refusal, type RefusalCode } from '#src/errors';

/** Runs one command line and returns its exit code. Data goes to stdout, talk to stderr. */
export async function runCli(words: string[], streams: Streams): Promise<ExitCode> {
  const say = (text: string): void => void streams.stderr.write(`${text}\n`);
  try {
    const [nounWord, ...afterNoun] = words;
    if (nounWord === undefined || isHelp(nounWord)) return show(streams, programHelp(nouns), nounWord === undefined ? 2 : 0);
    const noun = choose(nouns, nounWord, 'noun');
    if ('command' in noun) return await runCommand(nounWord, noun.command, afterNoun, streams);
    const [verbWord, ...rest] = afterNoun;
    if (verbWord === undefined || isHelp(verbWord)) return show(streams, nounHelp(nounWord, noun), verbWord === undefined ? 2 : 0);
    return await runCommand(`${nounWord} ${verbWord}`, choose(noun.verbs, verbWord, `verb of ${nounWord}`), rest, streams);
  } catch (error) {
    const { code, text } = explain(error);
    say(text);
    return code;
  }
}

async function runCommand(name: string, command: Command, words: string[], streams: Streams): Promise<ExitCode> {
  const { values, positionals } = parse(name, command, words);
  if (values['help'] === true) return show(streams, commandHelp(name, command), 0);
  const terminal = openTerminal(streams, values);
  try {
    return await command.run(terminal, positionals, values);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message}\n\n${commandHelp(name, command)}`);
    throw error;
  } finally {
    await terminal.close();
  }
}

const globalOptions = {
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  'no-input': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(name: string, command: Command, words: string[]): { values: OptionValues; positionals: string[] } {
  const own = Object.entries(command.options ?? {}).map(([option, { type, multiple = false }]) => [option, { type, multiple }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: words,
      options: { ...globalOptions, ...Object.fromEntries(own) },
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${commandHelp(name, command)}`);
  }
}

function choose<Entry extends Noun | Command>(table: Readonly<Record<string, Entry>>, word: string, kind: string): Entry {
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  if (found) return found;
  const guess = nearest(word, Object.keys(table));
  throw new UsageError(`"${word}" is no ${kind}.${guess === undefined ? '' : ` Did you mean "${guess}"?`} See: briefing --help`);
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help';
}

function show({ stdout, stderr }: Streams, text: string, code: ExitCode): ExitCode {
  (code === 0 ? stdout : stderr).write(`${text}\n`);
  return code;
}

const exitCodes: Partial<Record<RefusalCode, ExitCode>> = {
  'checks-blocked': 3,
  'not-found': 4,
  gone: 4,
  'wrong-state': 5,
  conflict: 5,
  'recipients-changed': 5,
  'already-sending': 5,
  suppressed: 5,
  'version-changed': 5,
};

function explain(error: unknown): { code: ExitCode; text: string } {
  if (error instanceof UsageError) return { code: 2, text: error.message };
  if (error instanceof ConfigError) return { code: 1, text: error.message };
  if (isDatabaseAway(error)) return { code: 1, text: `The database does not answer: ${String(error)}` };
  if (!(error instanceof Refusal)) return { code: 1, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const faults = error.faults.map(({ pointer, detail }) => `  ${pointer === '' ? '' : `${pointer}: `}${detail}`);
  return { code: exitCodes[error.code] ?? 1, text: [error.message, ...faults].join('\n') };
}
