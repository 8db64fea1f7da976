import type { ExitCode, Terminal } from '#src/cli/command';
import { checkLine } from '#src/cli/digest/check-line';
import { languages, type Language } from '#src/locales';
import { createRenderer, type Renderer } from '#src/mail/render';
import { digestSamples, noticeSamples, readDigestSample, readNoticeSample, sampleHosts } from '#src/mail/samples';
import { checkEmail, type Checks } from '#src/rules/check-email';
import { spellOut } from '#src/rules/spell-out';

/** Holds every sample, in every language of ours, against every rule. It needs neither settings nor a database. Exit code 3 when a rule blocks one. */
export async function checkSamples(terminal: Terminal): Promise<ExitCode> {
  const renderer = createRenderer();
  try {
    const checked: CheckedSample[] = [];
    for (const language of languages) {
      for (const sample of digestSamples) checked.push({ sample, language, ...(await checkDigestSample(renderer, sample, language)) });
      for (const sample of noticeSamples) checked.push({ sample, language, ...(await checkNoticeSample(renderer, sample, language)) });
    }
    return report(terminal, checked);
  } finally {
    await renderer.close();
  }
}

async function checkDigestSample(renderer: Renderer, sample: string, language: Language): Promise<Checks> {
  const email = readDigestSample(sample, language);
  const render = () => renderer.render({ email: 'digest', variables: email });
  return checkEmail({ rendered: await render(), again: await render(), email, allowedHosts: sampleHosts });
}

async function checkNoticeSample(renderer: Renderer, sample: (typeof noticeSamples)[number], language: Language): Promise<Checks> {
  const rendered = await renderer.render(readNoticeSample(sample, language));
  return checkEmail({ rendered, email: null, allowedHosts: sampleHosts });
}

function report(terminal: Terminal, checked: CheckedSample[]): ExitCode {
  const blocked = checked.filter(({ canSend }) => !canSend);
  if (terminal.isJson) terminal.printJson({ canSend: blocked.length === 0, samples: checked.map(inEnglish) });
  else {
    for (const { sample, language, canSend, items } of checked) {
      const found = items.filter(({ ok }) => !ok);
      terminal.print(`${canSend ? 'ok   ' : 'BLOCK'}  ${sample} (${language})${found.length === 0 ? '' : `: ${found.length} findings`}`);
      for (const item of found) terminal.print(`       ${checkLine(item)}`);
    }
  }
  terminal.say(
    blocked.length === 0 ? `All ${checked.length} can be sent.` : `${blocked.length} of ${checked.length} cannot be sent like this.`,
  );
  return blocked.length === 0 ? 0 : 3;
}

function inEnglish({ items, ...sample }: CheckedSample) {
  return { ...sample, items: items.map((item) => spellOut(item, 'en')) };
}

interface CheckedSample extends Checks {
  sample: string;
  language: Language;
}
