import { compile } from './compile.mjs';
import { root } from './places.mjs';

/** @returns {Promise<number>} exit code */
export async function build() {
  return (await compile(root)) ? 0 : 1;
}
