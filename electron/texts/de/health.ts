import { formsOf } from '../forms'
import type { WindowTexts } from '../window'

const { plural, number, size } = formsOf('de')

const seconds = (ms: number) => `${number(ms / 1000, 2)} s`

export const health: WindowTexts['health'] = {
  title: 'Befinden',
  close: 'Befinden schließen',
  levels: {
    well: 'Alles ist gut',
    notice: 'Etwas könnte besser sein',
    trouble: 'Etwas funktioniert nicht',
  },
  opener: (level) => `Befinden: ${level}`,
  answers: 'Wie lange Antworten brauchen',
  usually: 'meistens',
  atWorst: 'eine von zwanzig braucht länger',
  ofTurns: (count) =>
    plural(count, {
      one: 'Aus 1 Antwort der letzten sieben Tage',
      other: `Aus ${number(count)} Antworten der letzten sieben Tage`,
    }),
  none: 'Frag etwas: Hier steht dann, wo die Zeit blieb, bis du die Antwort hörtest.',
  reading: 'Wird geladen…',
  waterfall: (at) => `Die Antwort von ${at}`,
  beganInPause: 'Sie wurde begonnen, während du innehieltst.',
  explained: 'Breit: worauf du gewartet hast. Schmal: was derweil gearbeitet hat.',
  stage: 'Abschnitt',
  waited: 'Gewartet',
  usual: 'Meistens',
  worst: 'Selten mehr',
  whole: 'Das Ganze',
  stages: {
    pause: 'Pause',
    recognition: 'Verstehen',
    first_token: 'Nachdenken',
    first_sentence: 'Erster Satz',
    first_audio: 'Stimme',
    playback: 'Unterwegs',
    heard: 'Lautsprecher',
  },
  last: 'Die letzten Antworten',
  lastItem: (at, whole, stages) => `${at}: ${whole}. ${stages}`,
  interrupted: 'unterbrochen',
  failed: 'gescheitert',
  seconds,
  work: 'Bei der Arbeit',
  connection: 'Verbindung',
  memory: 'Arbeitsspeicher',
  memoryOf: (own, workers, count) =>
    `${size(own + workers)}${count ? `, davon ${size(workers)} in ${plural(count, { one: '1 Teil', other: `${number(count)} Teilen` })}` : ''}`,
  processor: 'Prozessor',
  ofOneCore: (percent) => `${number(percent, 1)} % eines Kerns`,
  delay: 'Reagiert binnen',
  delayOf: (ms) => `${number(ms, 1)} ms`,
  begunEarly: 'In der Pause begonnen',
  begunEarlyOf: (begun, used) => (begun ? `${number(begun)}, davon ${number(used)} gebraucht` : 'noch keine'),
  interruptions: 'Du hast unterbrochen',
  timesOf: (count) => (count ? plural(count, { one: 'einmal', other: `${number(count)} Mal` }) : 'nie'),
  reconnects: 'Neu verbunden',
  checkup: 'Untersuchung',
  checkupWords:
    'Sieht nach, was auf diesem Computer nicht stimmen könnte. Das dauert einige Sekunden; du kannst weiterreden.',
  look: 'Nach Problemen suchen',
  lookAgain: 'Noch einmal suchen',
  looking: (done, count) => (count ? `Sucht… ${number(done)} von ${number(count)}` : 'Sucht…'),
  nothingFound: (count) => `Alles ist gut: ${number(count)} Dinge wurden angesehen.`,
  found: (count) =>
    plural(count, { one: 'Eine Sache wurde gefunden.', other: `${number(count)} Dinge wurden gefunden.` }),
  lost: 'Die Untersuchung wurde nicht fertig. Versuch es noch einmal.',
  fix: 'In Ordnung bringen',
  fixing: 'Wird erledigt…',
  notes: (count) => plural(count, { one: '1 Hinweis', other: `${number(count)} Hinweise` }),
  copy: 'Bericht kopieren',
  copied: 'Der Bericht ist kopiert.',
  notCopied: 'Er ließ sich nicht kopieren.',
}
