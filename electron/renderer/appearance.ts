// Light or dark as it is chosen, whatever the system prefers: the styles ask the system, in rules that are turned here.

export type Appearance = 'system' | 'light' | 'dark'

const DARK = '(prefers-color-scheme: dark)'
const CONDITION: Record<Appearance, string> = { system: DARK, light: 'not all', dark: 'all' }

/** The rules that are for the dark, once found: turned, they are not to be told from others. */
const rules = new Set<CSSMediaRule>()

export function showAs(appearance: Appearance, page: Document): void {
  for (const sheet of page.styleSheets) {
    for (const rule of allRules(sheet)) {
      if (rule instanceof CSSMediaRule && rule.media.mediaText === DARK) rules.add(rule)
    }
  }
  for (const { media } of rules) media.mediaText = CONDITION[appearance]
  // What the browser itself draws: fields, lists, scroll bars.
  page.documentElement.style.colorScheme = appearance === 'system' ? '' : appearance
}

/** Also of what a style sheet imports, as those of the development server do. */
function* allRules(sheet: CSSStyleSheet): Generator<CSSRule> {
  for (const rule of rulesOf(sheet)) {
    if (rule instanceof CSSImportRule && rule.styleSheet) yield* allRules(rule.styleSheet)
    else yield rule
  }
}

/** Of a sheet that did not load, as the development server's in an old Chromium, nobody may read any. */
function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules]
  } catch {
    return []
  }
}
