import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const { TEST_CHROMIUM: executablePath, TEST_CHROMIUM_LD_LIBRARY_PATH: libraryPath } = process.env;

/**
 * A Chromium that draws the same pixels on every machine: one free font, which comes with the npm package of the browser, stands in for
 * all; no hinting, no subpixels, no colour profile of a screen. Undefined where no Chromium is.
 */
export async function openSteadyBrowser(): Promise<Browser | undefined> {
  if (!executablePath) return undefined;
  const env = { FONTCONFIG_FILE: writeFontSettings(join(dirname(executablePath), 'fonts', 'fonts')) };
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--font-render-hinting=none',
    '--disable-lcd-text',
    '--force-color-profile=srgb',
    '--hide-scrollbars',
  ];
  return chromium.launch({ executablePath, args, env: libraryPath ? { ...env, LD_LIBRARY_PATH: libraryPath } : env });
}

function writeFontSettings(fonts: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'briefing-fonts-'));
  const file = join(folder, 'fonts.conf');
  writeFileSync(file, `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`);
  return file;
}
