import { readFileSync, readdirSync } from 'node:fs';
import { DigestEmail } from '#src/mail/digest-email';
import type { NoticeName, RenderRequest } from '#src/mail/emails';
import { renderEmail } from '#src/mail/render-email';
import { projectFile } from '#src/project';
import type { CheckRequest } from '#src/rules/checked-message';

const folder = projectFile('templates/samples');
export const allowedHosts = ['www.coastline.example', 'briefing.coastline.example'];
export const digestNames = readdirSync(`${folder}/digests`).map((name) => name.replace('.json', ''));
export const noticeNames = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', '') as NoticeName);

export function sampleDigest(name: string, frameLanguage?: string): DigestEmail {
  const email = DigestEmail.parse(JSON.parse(readFileSync(`${folder}/digests/${name}.json`, 'utf8')));
  return frameLanguage === undefined ? email : { ...email, frameLanguage };
}

export function sampleNotice(email: NoticeName, language: string): RenderRequest {
  const variables = JSON.parse(readFileSync(`${folder}/${email}.json`, 'utf8')) as object;
  return { email, variables: { ...variables, language } } as RenderRequest;
}

/** A sample, rendered and ready to be checked. */
export async function checkedDigest(email: DigestEmail): Promise<CheckRequest> {
  return { rendered: await renderEmail({ email: 'digest', variables: email }), email, allowedHosts };
}
