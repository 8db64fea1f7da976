import { readFileSync, readdirSync } from 'node:fs';
import { DigestEmail } from '#src/mail/digest-email';
import type { NoticeName, RenderRequest } from '#src/mail/emails';
import { projectFile } from '#src/project';

const folder = projectFile('templates/samples');

/** The names of the sample digests, in the order of the alphabet. */
export const digestSamples: readonly string[] = namesIn(`${folder}/digests`);

/** The one-off mails that have a sample: all. */
export const noticeSamples = namesIn(folder) as readonly NoticeName[];

/** Where the links of the samples lead. */
export const sampleHosts: readonly string[] = ['www.coastline.example', 'briefing.coastline.example'];

/** @param frameLanguage the sample's own when absent */
export function readDigestSample(name: string, frameLanguage?: string): DigestEmail {
  const email = DigestEmail.parse(readJson(`${folder}/digests/${name}.json`));
  return frameLanguage === undefined ? email : { ...email, frameLanguage };
}

export function readNoticeSample(email: NoticeName, language: string): RenderRequest {
  const variables = readJson(`${folder}/${email}.json`) as object;
  return { email, variables: { ...variables, language } };
}

function namesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .toSorted();
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
