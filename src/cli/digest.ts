import type { Noun } from '#src/cli/command';
import { draft } from '#src/cli/digest/draft';
import { check, preview, test } from '#src/cli/digest/look';
import { resend } from '#src/cli/digest/resend';
import { cancel, pause, progress, resume } from '#src/cli/digest/steer';
import { schedule, send } from '#src/cli/digest/send';

export const digestNoun: Noun = {
  summary: 'digests',
  verbs: { draft, check, preview, test, schedule, send, pause, resume, cancel, progress, resend },
};
