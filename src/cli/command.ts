import type { Context } from '#src/context';

/** What the frame gives a command: where it may write, and the program's parts, opened when first asked for and closed by the frame. */
export interface Terminal {
  ctx(): Context;
  /** The result, to stdout. */
  print(line: string): void;
  /** The result for programs, to stdout; what `--json` asks for. */
  printJson(value: unknown): void;
  /** Talk, to stderr; silent under `--quiet`. */
  say(line: string): void;
  isJson: boolean;
  isDryRun: boolean;
  /** True with `--yes`, or when a person at the terminal says so. Without a person, or under `--no-input`, it is false. */
  confirm(question: string): Promise<boolean>;
}

interface Option {
  type: 'string' | 'boolean';
  multiple?: boolean;
  describe: string;
}

type Options = Record<string, Option>;

type Value<Wanted extends Option> = Wanted['type'] extends 'boolean' ? boolean : Wanted['multiple'] extends true ? string[] : string;
type Values<Wanted extends Options> = { [Name in keyof Wanted]?: Value<Wanted[Name]> };

/** A line of a noun's table. `run` returns an exit code: 0 ok, 1 failed, 2 usage, 3 checks blocked, 4 not found, 5 conflict. */
export interface Command {
  summary: string;
  /** What stands after the verb: `FILE…`. */
  takes?: string;
  options?: Options;
  run(terminal: Terminal, args: string[], options: OptionValues): Promise<ExitCode>;
}

export type OptionValues = Record<string, string | boolean | string[] | undefined>;

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

/** A noun of the command line; one without verbs is itself a command. */
export type Noun = { summary: string; verbs: Record<string, Command> } | { summary: string; command: Command };

/** Ties `run`'s options to their declaration. */
export function command<const Wanted extends Options = Options>(
  definition: Omit<Command, 'options' | 'run'> & {
    options?: Wanted;
    run(terminal: Terminal, args: string[], options: Values<Wanted>): Promise<ExitCode>;
  },
): Command {
  return definition;
}

/** The command line was not understood: exit code 2, with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
