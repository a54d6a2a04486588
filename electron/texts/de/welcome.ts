import type { WindowTexts } from '../window'

export const welcome: WindowTexts['welcome'] = {
  titles: { microphone: 'Mit Parley sprechen', parts: 'Stimme und Verstand', desktop: 'Zur Hand' },
  words: {
    microphone: 'Parley hört zu, solange sein Mikrofon offen ist, und sonst nie. Sieh nach, ob es dich hört.',
    parts: 'Alles geht schon, auf diesem Computer allein. Das würde es besser machen.',
    desktop: 'Parley lässt sich aus jedem Programm rufen und kann da sein, wenn du dich anmeldest.',
  },
  parts: { transcriber: 'Hört mit', language_model: 'Antwortet mit', synthesizer: 'Spricht mit' },
  better: {
    transcriber:
      'Das versteht einfache englische Wörter. Ein Whisper-Modell versteht weit mehr, in vielen Sprachen.',
    language_model:
      'Das kennt die Zeit, Rechnungen und diesen Computer. Mit einem Schlüssel antwortet Claude auf alles, was du fragst.',
    synthesizer: 'Das ist gut zu verstehen. Kokoro klingt wie ein Mensch.',
  },
  good: 'Nichts zu tun.',
  place: (step, steps) => `${step} von ${steps}`,
  next: 'Weiter',
  back: 'Zurück',
  skip: 'Überspringen',
  end: 'Parley sprechen lassen',
}
