import mjml2html from 'mjml';
import { repairHtml, type Frame } from '#src/mail/repair-html';

const compiled = new Map<string, Promise<string>>();
const longestMemory = 40;

/** MJML to finished HTML. Sources of one shape recur (every confirmation is one), so the last few are remembered. Loads 100 MB of MJML. */
export function compileMjml(source: string, frame: Frame): Promise<string> {
  const known = compiled.get(source);
  if (known) return known;
  const oldest = compiled.keys().next();
  if (compiled.size >= longestMemory && !oldest.done) compiled.delete(oldest.value);
  const html = compileAfresh(source, frame);
  compiled.set(source, html);
  html.catch(() => compiled.delete(source));
  return html;
}

async function compileAfresh(source: string, frame: Frame): Promise<string> {
  const { html, errors } = await mjml2html(source, {
    validationLevel: 'strict',
    ignoreIncludes: true,
    keepComments: false,
    minify: true,
    // MJML nests the CSS minifier where it cannot be found, and says so on every call.
    minifyOptions: { minifyCss: false },
  });
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  return repairHtml(html, frame);
}
