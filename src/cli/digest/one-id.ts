import { UsageError } from '#src/cli/command';

/** The digest that the command line names. */
export function oneId(args: readonly string[]): string {
  const [id, ...others] = args;
  if (id === undefined || others.length > 0) throw new UsageError('Say the id of one digest.');
  return id;
}
