import { formsOf } from '../forms'
import type { WindowTexts } from '../window'

const { percent } = formsOf('de')

export const stage: WindowTexts['stage'] = {
  voice: 'Stimme',
  moods: {
    closed: 'Mikrofon aus',
    opening: 'Mikrofon wird geöffnet',
    listening: 'Hört zu',
    hearing: 'Hört dich',
    thinking: 'Denkt nach',
    speaking: 'Spricht',
  },
  hints: {
    press: 'Drück auf das Mikrofon und sprich, oder schreib.',
    speak: 'Sag etwas. Parley hört zu.',
  },
  openMicrophone: 'Mikrofon öffnen',
  closeMicrophone: 'Mikrofon schließen',
  openMicrophoneKey: 'Mikrofon öffnen (M)',
  closeMicrophoneKey: 'Mikrofon schließen (M)',
  microphoneOn: 'Mikrofon an',
  microphoneOff: 'Mikrofon aus',
  stop: 'Stopp',
  sayAgain: 'Noch einmal sagen',
  sayAgainKey: 'Die letzte Antwort noch einmal hören (R)',
  message: 'Nachricht',
  typeMessage: 'Nachricht schreiben',
  send: 'Senden',
  sendKey: 'Senden (Eingabetaste)',
  connection: {
    connecting: 'Verbindet…',
    connected: 'Verbunden',
    reconnecting: 'Verbindet neu… nichts geht verloren',
    down: 'Parley startet…',
    no_access: 'Nicht verbunden',
    replaced: 'In einem anderen Fenster',
    mismatched: 'Update nötig',
  },
  blocked: {
    no_access: {
      title: 'Dieses Fenster braucht eine neue Adresse',
      text: 'Drück im Terminal, in dem Parley läuft, die Eingabetaste und öffne, was dort erscheint.',
    },
    elsewhere: {
      title: 'Parley ist in einem anderen Fenster',
      text: 'Das Gespräch ging dort weiter. Das Mikrofon dieses Fensters ist zu.',
    },
    mismatched: {
      title: 'Ein Update ist nötig',
      text: 'Dieses Fenster und Parley haben verschiedene Versionen. Lade das Fenster neu; hilft das nicht, aktualisiere Parley.',
    },
    use: 'Dieses Fenster benutzen',
    reload: 'Neu laden',
  },
  engines: {
    verbs: {
      vad: 'Bemerkt Sprache',
      transcriber: 'Hört',
      language_model: 'Antwortet',
      synthesizer: 'Spricht',
    },
    with: (verb, engine) => `${verb} mit ${engine}`,
    all: (engines) => `Bausteine: ${engines}`,
    failed: 'geht nicht',
    loading: 'lädt',
    loadingAt: (share) => `lädt, ${percent(share)}`,
    basic: 'einfach',
    nothingToDo: 'Nichts zu tun.',
  },
}
