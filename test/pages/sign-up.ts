import { subscribePath } from './reader-stage.js';
import type { Walk, Way } from './walk.js';

/** To the page that says where the mail went. */
export async function signUp({ page, go, type }: Walk, way: Way, address: string): Promise<void> {
  await go(subscribePath(way));
  await type('#email', address);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/subscribe/check-inbox*');
}
