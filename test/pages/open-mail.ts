import type { Walk } from './walk.js';

/** The mail as a mail program on the web shows it: alone, and by no means from us. */
export async function openMail({ page, go }: Walk, html: string): Promise<void> {
  await page.route('http://mailbox.example/', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await go('http://mailbox.example/');
}
