import type { WindowTexts } from '../window'

export const keys: WindowTexts['keys'] = {
  title: 'Tasten',
  titleKey: 'Tasten (?)',
  close: 'Tasten schließen',
  space: 'Leertaste',
  enter: 'Eingabe',
  shift: 'Umschalt',
  control: 'Strg',
  microphone: 'Mikrofon öffnen oder schließen',
  stop: 'Parley das Wort abschneiden',
  again: 'Die letzte Antwort noch einmal hören',
  send: 'Senden, was du geschrieben hast',
  line: 'Eine neue Zeile beginnen',
  find: 'In diesem Gespräch suchen',
  settings: 'Einstellungen',
  keys: 'Diese Tasten',
}
