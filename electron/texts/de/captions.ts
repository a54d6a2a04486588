import type { WindowTexts } from '../window'

export const captions: WindowTexts['captions'] = {
  title: 'Untertitel',
  hint: 'Was Parley sagt, steht hier. Zieh den Streifen dorthin, wo du ihn haben willst.',
  letThrough: 'Klicks durchlassen',
  letThroughWords:
    'Dann erreicht der Zeiger, was darunter liegt. Zurück geht es im Menü im Infobereich und in den Einstellungen.',
  close: 'Untertitel schließen',
  closeKey: 'Untertitel schließen (Esc)',

  show: 'Untertitel über anderen Fenstern',
  showWords: 'Ein Streifen mit dem, was Parley sagt, vor allem anderen. Er bleibt dort, wohin du ihn ziehst.',
  through: 'Klicks gehen durch die Untertitel',
  throughWords:
    'Der Zeiger erreicht, was darunter liegt. Um den Streifen wieder zu fassen, schalte das hier oder im Menü im Infobereich aus.',
}
