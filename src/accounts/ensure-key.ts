import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashToken, looksLikeApiKey, makeApiKey, startOfKey } from '#src/accounts/api-key';
import { ensureKeyRow } from '#src/accounts/queries';
import { scopes } from '#src/accounts/scopes';
import type { Context } from '#src/context';

/** The key of a developer's machine, with every scope: kept in `DATA_DIR/api-key` (0600), so that it is the same on every start. */
export async function ensureKey(ctx: Context): Promise<string> {
  const key = await keptKey(join(ctx.config.dataDir, 'api-key'));
  await ensureKeyRow(ctx.db, { name: 'npm start', hash: hashToken(key), start: startOfKey(key), scopes, at: ctx.now() });
  return key;
}

async function keptKey(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (looksLikeApiKey(kept.trim())) return kept.trim();
  const key = makeApiKey();
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  return key;
}
