import { directionOf } from '#src/locales';
import { Keyword } from '#src/mail/markup';

const latin = { heading: new Keyword("Georgia, 'Times New Roman', serif"), text: new Keyword("Arial, 'Helvetica Neue', sans-serif") };
const hebrew = { heading: new Keyword("'Arial Hebrew', Arial, sans-serif"), text: new Keyword("'Arial Hebrew', Arial, sans-serif") };

/** Fonts that readers already have: nothing is fetched. Georgia has no Hebrew letters. */
export function typefaces(language: string): { heading: Keyword; text: Keyword } {
  return directionOf(language) === 'rtl' ? hebrew : latin;
}
