import { formsOf } from '../forms'
import type { WindowTexts } from '../window'

const { plural, number } = formsOf('de')

export const past: WindowTexts['past'] = {
  title: 'Frühere Gespräche',
  close: 'Frühere Gespräche schließen',
  search: 'Frühere Gespräche durchsuchen',
  words: 'Nach Wörtern suchen',
  count: (count) => plural(count, { one: '1 Gespräch', other: `${number(count)} Gespräche` }),
  fleeting: 'Sie können gerade nicht aufgehoben werden und sind weg, wenn Parley endet.',
  list: 'Gespräche',
  nothingFound: 'Nichts gefunden.',
  none: 'Es gibt noch keine.',
  begin: 'Neues Gespräch',
  forget: 'Alles vergessen',
  forgetAsk: 'Alles vergessen…',
  forgetQuestion: 'Alle Gespräche werden endgültig gelöscht, auch dieses.',
  keep: 'Behalten',
  back: 'Zurück zur Liste',
  said: 'Was gesagt wurde',
  reading: 'Wird geladen…',
  goOn: 'Damit weitermachen',
  rename: 'Umbenennen',
  name: 'Name des Gesprächs',
  save: 'Sichern',
  export: 'Exportieren',
  delete: 'Löschen',
  deleteAsk: 'Löschen…',
  deleteQuestion: 'Es wird endgültig gelöscht.',
  untitled: 'Gespräch',
}
