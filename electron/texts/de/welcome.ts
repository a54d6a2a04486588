import type { WindowTexts } from '../window'

export const welcome: WindowTexts['welcome'] = {
  titles: { microphone: 'Mit Parley sprechen', parts: 'Stimme und Verstand', desktop: 'Zur Hand' },
  words: {
    microphone: 'Parley hört zu, solange sein Mikrofon offen ist, und sonst nie. Sieh nach, ob es dich hört.',
    parts:
      'Alles geht schon. Was als „einfach“ bezeichnet ist, arbeitet auf diesem Computer allein und könnte besser sein.',
    desktop: 'Parley lässt sich aus jedem Programm rufen und kann da sein, wenn du dich anmeldest.',
  },
  better: {
    transcriber:
      'Das versteht einfache englische Wörter. Ein Whisper-Modell versteht weit mehr, in vielen Sprachen.',
    language_model: 'Das weiß die Uhrzeit, kann rechnen und kennt diesen Computer.',
    synthesizer: 'Das ist gut zu verstehen. Kokoro klingt wie ein Mensch.',
  },
  setKey: 'Mit einem Schlüssel antwortet Claude. Setze ANTHROPIC_API_KEY und starte Parley neu.',
  place: (step, steps) => `${step} von ${steps}`,
  next: 'Weiter',
  back: 'Zurück',
  skip: 'Überspringen',
  end: 'Parley sprechen lassen',
}
