import { formsOf } from '../forms'
import type { WindowTexts } from '../window'

const { number, percent, plural, size } = formsOf('de')

export const settings: WindowTexts['settings'] = {
  title: 'Einstellungen',
  titleKey: (keys) => `Einstellungen (${keys})`,
  close: 'Einstellungen schließen',
  decided: 'Das bestimmt eine Umgebungsvariable.',

  contents: 'Gruppen der Einstellungen',
  desktop: 'Desktop',

  privacy: 'Datenschutz',
  keep: 'Gespräche aufheben',
  keepWords:
    'Bis du sie löschst. Ist das ausgeschaltet, wird ein Gespräch, das danach beginnt, vergessen, sobald Parley endet.',
  keptWhat: 'Was gesagt wurde, wird als Text aufgehoben, nur auf diesem Computer; Ton nie.',
  keptWhere: 'Alles liegt in',
  keptExport:
    'Jedes der früheren Gespräche lässt sich als Datei sichern: Öffne es dort und drück auf Exportieren.',

  appearance: 'Hell oder dunkel',
  appearances: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  subtitles: 'Größe der Untertitel',
  subtitleSizes: { small: 'Klein', usual: 'Üblich', large: 'Groß', largest: 'Von weitem lesbar' },

  interface: 'Darstellung',
  language: 'Sprache',
  languageSystem: 'Wie das System',
  languageWords:
    'Für dieses Fenster und das Symbol im Infobereich. Was die Bausteine über sich sagen, bleibt Englisch.',

  login: 'Beim Anmelden starten',
  loginWords: 'Parley wartet im Infobereich, mit geschlossenem Mikrofon.',
  keepRunning: 'Weiterlaufen, wenn das Fenster zu ist',
  keepRunningWords: 'Parley bleibt im Infobereich. Das Mikrofon schließt sich mit dem Fenster.',
  quiet: 'Nicht stören',
  quietWords: 'Schließt das Mikrofon, und nichts meldet sich von selbst, bis du es wieder öffnest.',

  hotkey: 'Tastenkürzel',
  hotkeyPress: 'Neue Tasten drücken',
  hotkeySet: 'Tastenkürzel festlegen',
  hotkeyChange: 'Ändern: ',
  hotkeyClear: 'Entfernen',
  hotkeyWords:
    'Aus jedem Programm: Drück die Tasten, um Parley zu zeigen oder das Mikrofon zu schalten; halte sie, solange du sprichst.',

  key: 'API-Schlüssel',
  keyOther: 'Anderer API-Schlüssel',
  keySave: 'Sichern',
  keyForget: 'Vergessen',
  keyKeep: 'Für den nächsten Start aufheben',
  keyWords: 'Mit einem Schlüssel antwortet Claude. Was du sagst, geht dann als Text an Anthropic.',
  keyKeeping: {
    safely: 'Aufgehoben im Schlüsselbund dieses Computers.',
    readably:
      'Dieser Computer hat keinen Schlüsselbund, den Parley nutzen kann. Einen aufgehobenen Schlüssel könnten deine anderen Programme lesen.',
    not: 'Dieser Computer hat keinen Schlüsselbund, den Parley nutzen kann. Der Schlüssel ist vergessen, wenn Parley endet.',
  },
  keyStates: {
    unset: 'Kein Schlüssel gesetzt.',
    kept: 'Ein Schlüssel ist gesetzt und für den nächsten Start aufgehoben.',
    'for now': 'Ein Schlüssel ist gesetzt, bis Parley endet.',
  },

  sound: 'Ton',
  microphone: 'Mikrofon',
  speaker: 'Lautsprecher',
  systemDevice: 'Wie im System gewählt',
  awayDevice: (label) => `${label} (nicht da)`,
  awayWords: 'Sobald es wieder da ist, wird es wieder benutzt.',
  unnamedWords: 'Welche es gibt, zeigt sich, wenn Parley zum ersten Mal zugehört hat.',
  tryIt: 'Ausprobieren',
  tryMicrophone: 'Mikrofon ausprobieren',
  tryStop: 'Genug',
  heard: {
    opening: 'Das Mikrofon wird geöffnet. Vielleicht fragt das System, ob Parley es benutzen darf.',
    nothing: 'Sag etwas.',
    silence: 'Kein Laut kommt an. Vielleicht ist es stummgeschaltet, am Gerät oder im System.',
    voice: 'Es hört dich.',
  },

  conversation: 'Gespräch',
  understand: 'Verstehen mit',
  answer: 'Antworten mit',
  speak: 'Sprechen mit',
  engines: {
    auto: 'Das Beste, was da ist',
    wyoming: 'Ein Wyoming-Server',
    openai: 'Ein Server mit OpenAIs Schnittstelle',
    whisper: 'Whisper',
    pocketsphinx: 'pocketsphinx (einfach)',
    claude: 'Claude',
    bedrock: 'Claude über Amazon Bedrock',
    offline: 'Dieser Computer allein (einfach)',
    kokoro: 'Kokoro',
    espeak: 'espeak-ng (einfach)',
  },
  voice: 'Stimme',
  voiceOf: (title, language) => `${title}, ${language}`,
  hearIt: 'Anhören',
  patience: 'Warten, wenn ich innehalte',
  patiences: { quick: 'Kurz', usual: 'Üblich', patient: 'Geduldig', very: 'Sehr geduldig' },
  learn: 'Lernen, wie ich innehalte',
  learnWords:
    'Wer nie mitten im Satz innehält, bekommt früher Antwort; wer nach Worten sucht, auf den wird gewartet.',
  speculate: 'Die Antwort schon vorbereiten',
  speculates: { always: 'Immer', when_free: 'Wo es nichts kostet', never: 'Nie' },
  halfDuplex: 'Beim Sprechen nicht zuhören',
  halfDuplexWords:
    'Für Lautsprecher, die das Mikrofon zu gut hört. Die Sprechtaste und die zum Anhalten gehen weiterhin.',
  offline: 'Offline bleiben',
  offlineWords:
    'Nichts wird geladen und niemand außerhalb dieses Computers gefragt, welche Schlüssel es auch gibt.',

  models: 'Modelle',
  modelsWords:
    'Sie arbeiten auf diesem Computer und werden nur geladen, wenn du es sagst. Parley nimmt das beste, das da ist.',
  modelKinds: { whisper: 'Verstehen', kokoro: 'Sprechen' },
  modelHere: (bytes) => `vorhanden, ${size(bytes)}`,
  modelAbsent: (languages, licence, memoryBytes) =>
    `${languages}, ${licence}, ${size(memoryBytes)} Arbeitsspeicher`,
  modelComing: (share, bytesPerSecond, seconds) =>
    `${percent(share)}, ${size(bytesPerSecond)}/s, ${timeLeft(seconds)}`,
  percent,
  modelGet: (bytes) => `Laden (${size(bytes)})`,
  modelGetNamed: (name, bytes) => `${name} laden (${size(bytes)})`,
  modelGoOn: (bytes) => `Weiter (${size(bytes)})`,
  modelGoOnNamed: (name, bytes) => `${name} weiterladen (${size(bytes)})`,
  modelStop: 'Anhalten',
  modelStopNamed: (name) => `${name} nicht weiterladen`,
  modelDelete: 'Löschen',
  modelDeleteNamed: (name) => `${name} löschen`,
  modelFetching: (name) => `${name} wird geladen`,
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return 'noch weniger als eine Minute'
  const minutes = Math.round(seconds / 60)
  if (minutes >= 60) return `noch etwa ${number(minutes / 60)} h`
  return `noch etwa ${plural(minutes, { one: '1 Minute', other: `${number(minutes)} Minuten` })}`
}
