import { z } from 'zod';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { command, type Noun, UsageError } from '#src/cli/command';

const roles = z.enum(['writer', 'editor', 'admin']);

const invite = command({
  summary: 'Give somebody an account in the studio, or another role, and mail a sign-in link',
  takes: 'EMAIL',
  options: {
    role: { type: 'string', describe: 'writer, editor (may send; the default) or admin' },
    language: { type: 'string', describe: 'en or he' },
  },
  async run(terminal, [address, ...others], options) {
    if (address === undefined || others.length > 0) throw new UsageError('Say one email address.');
    const role = roles.safeParse(options.role ?? 'editor');
    if (!role.success) throw new UsageError(`No such role: ${options.role}.`);
    if (terminal.isDryRun) {
      terminal.say(`Would invite ${address} as ${role.data}.`);
      return 0;
    }
    const editor = await inviteEditor(terminal.ctx(), operator, { address, role: role.data, language: options.language ?? 'en' });
    if (terminal.isJson) terminal.printJson(editor);
    else terminal.print(`${editor.address}\t${editor.role}`);
    terminal.say('A sign-in link is on its way.');
    return 0;
  },
});

export const editorNoun: Noun = { summary: 'people with an account', verbs: { invite } };
