import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import pino from 'pino';
import type { OptionValues, Terminal } from '#src/cli/command';
import { type Environment, readConfig } from '#src/config';
import { type Context, openContext } from '#src/context';

export interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable;
  stderr: Writable;
  /** The settings; the process's own environment when absent. */
  environment?: Environment;
}

export function openTerminal(streams: Streams, values: OptionValues): Terminal & { close(): Promise<void> } {
  let opened: Context | undefined;
  const isQuiet = values['quiet'] === true;
  const say = (line: string): void => void (isQuiet || streams.stderr.write(`${line}\n`));
  const print = (line: string): void => void streams.stdout.write(`${line}\n`);
  return {
    ctx: () => (opened ??= openCliContext(streams)),
    print,
    printJson: (value) => print(JSON.stringify(value, null, 2)),
    say,
    isJson: values['json'] === true,
    isDryRun: values['dry-run'] === true,
    async confirm(question) {
      if (values['yes'] === true) return true;
      if (values['no-input'] === true || streams.stdin.isTTY !== true) {
        streams.stderr.write(`${question} Nobody can answer here: add --yes.\n`);
        return false;
      }
      return ask(streams, question);
    },
    close: async () => opened?.close(),
  };
}

/** The log goes to stderr: stdout is for data. */
function openCliContext(streams: Streams): Context {
  const config = readConfig(streams.environment);
  return openContext(config, 'cli', { log: pino({ level: config.logLevel === 'info' ? 'warn' : config.logLevel }, streams.stderr) });
}

async function ask({ stdin, stderr }: Streams, question: string): Promise<boolean> {
  const reader = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
