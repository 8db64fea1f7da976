import { advertisementLabel } from '#src/rules/advertisement-label';
import { blocksInLinks } from '#src/rules/blocks-in-links';
import { clientSupport } from '#src/rules/client-support';
import { contrastAndUnderlines } from '#src/rules/contrast-and-underlines';
import { darkColours } from '#src/rules/dark-colours';
import { directionMarks } from '#src/rules/direction-marks';
import { emailRole } from '#src/rules/email-role';
import { externalResources } from '#src/rules/external-resources';
import { finishable } from '#src/rules/finishable';
import { firstWords } from '#src/rules/first-words';
import { footerRules } from '#src/rules/footer';
import { foreignRuns } from '#src/rules/foreign-runs';
import { headings } from '#src/rules/headings';
import { imageRules } from '#src/rules/images';
import { languageAndDirection } from '#src/rules/language-and-direction';
import { linkRules } from '#src/rules/links';
import { linkText } from '#src/rules/link-text';
import { oneColumn } from '#src/rules/one-column';
import { outlook } from '#src/rules/outlook';
import { placeholders } from '#src/rules/placeholders';
import { preheaderRules } from '#src/rules/preheader';
import { presentationTables } from '#src/rules/presentation-tables';
import { rightToLeft } from '#src/rules/right-to-left';
import type { Rule } from '#src/rules/rule';
import { sameBytes } from '#src/rules/same-bytes';
import { size } from '#src/rules/size';
import { subject } from '#src/rules/subject';
import { textPart } from '#src/rules/text-part';
import { typeSize } from '#src/rules/type-size';

/** TABLE of the rules for emails, in the order of their numbers; L01 is the law. */
export const rules: Rule[] = [
  languageAndDirection,
  emailRole,
  presentationTables,
  headings,
  blocksInLinks,
  contrastAndUnderlines,
  linkText,
  typeSize,
  oneColumn,
  clientSupport,
  externalResources,
  darkColours,
  rightToLeft,
  foreignRuns,
  directionMarks,
  subject,
  ...preheaderRules,
  firstWords,
  size,
  ...imageRules,
  ...footerRules,
  textPart,
  ...linkRules,
  placeholders,
  sameBytes,
  outlook,
  finishable,
  advertisementLabel,
].toSorted((one, other) => one.id.localeCompare(other.id));
