import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Writes JSON that only we may read; a reader sees the old text or the new one, never a half.
 * @param {string} file @param {unknown} content
 */
export function writePrivate(file, content) {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, file);
}

/**
 * @param {string} file
 * @returns {Record<string, string>} empty when there is no such file
 */
export function readPrivate(file) {
  try {
    return /** @type {Record<string, string>} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}
