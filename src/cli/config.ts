import { command, type Noun } from '#src/cli/command';
import { describeSettings } from '#src/cli/describe-settings';

const print = command({
  summary: 'Print the settings that are in force',
  options: { redact: { type: 'boolean', describe: 'blank keys and passwords' } },
  async run(terminal, _args, options) {
    const settings = describeSettings(terminal.ctx().config, options.redact ? 'redacted' : 'whole');
    if (terminal.isJson) terminal.printJson(settings);
    else for (const [name, value] of Object.entries(settings)) terminal.print(`${name}=${JSON.stringify(value)}`);
    return 0;
  },
});

export const configNoun: Noun = { summary: 'settings', verbs: { print } };
