import { Eta } from 'eta';
import { languages, type Language } from '#src/locales';
import { projectFile } from '#src/project';
import { assetPath } from '#src/http/pages/asset-path';
import type { PageName, PageVariables } from '#src/http/pages/page-variables';
import { wordsIn } from '#src/http/pages/words';

/** What every page shows around its own content. */
export interface Frame {
  language: Language;
  /** The moment of the request: the masthead's date line. */
  now: Date;
  /** The clock of the page's newsletter; the house's when absent. */
  zone?: string | undefined;
  /** The query to keep when the reader changes the language, without `lang`. */
  query?: string;
  /** Sender's postal address, printed in the footer. */
  postalAddress?: string | undefined;
}

const houseZone = 'Asia/Jerusalem';

const eta = new Eta({
  views: projectFile('templates/pages'),
  autoEscape: true,
  cache: true,
  functionHeader: 'const { t, word, rich, date, dateTime, number, asset } = it;',
});

/** A whole HTML page from `templates/pages/<name>.eta`; every printed value is escaped. */
export function renderPage<Name extends PageName>(name: Name, variables: Frame & PageVariables[Name]): string {
  return eta.render(`./${name}`, {
    ...variables,
    ...wordsIn(variables.language, variables.zone ?? houseZone),
    asset: assetPath,
    otherLanguages: otherLanguages(variables),
  });
}

function otherLanguages({ language, query = '' }: Frame): { code: Language; href: string }[] {
  return languages.filter((code) => code !== language).map((code) => ({ code, href: `?${query === '' ? '' : `${query}&`}lang=${code}` }));
}
