import type { WindowTexts } from '../window'

export const problems: WindowTexts['problems'] = {
  bad_message: {
    title: 'Das Fenster und Parley haben sich nicht verstanden',
    remedy: 'Lade dieses Fenster neu. Kommt es wieder vor, haben die beiden verschiedene Versionen.',
  },
  message_too_large: { title: 'Das war zu lang zum Senden', remedy: 'Sag es in kürzeren Stücken.' },
  version_mismatch: {
    title: 'Dieses Fenster hat eine andere Version als Parley',
    remedy: 'Lade es neu; hilft das nicht, aktualisiere Parley.',
  },
  not_speaker: {
    title: 'Ein anderes Fenster spricht mit Parley',
    remedy: 'Drück „Dieses Fenster benutzen“, um hier weiterzumachen.',
  },
  bad_config: {
    title: 'Die Einstellungen sind nicht brauchbar',
    remedy: 'Die Einzelheiten nennen die Datei oder die Variable. Berichtige sie und starte Parley neu.',
  },
  bad_audio: { title: 'Eine Tondatei ist nicht brauchbar', remedy: 'Nimm eine WAV-Datei.' },
  engine_missing: {
    title: 'Ein Teil, der nötig ist, ist nicht installiert',
    remedy:
      'Beende Parley und ruf noch einmal „npm start“ auf, das Fehlendes lädt. Die Einzelheiten sagen, was fehlt.',
  },
  engine_failed: {
    title: 'Ein Teil von Parley geht nicht mehr',
    remedy: 'Versuch es noch einmal. Bleibt es so, starte Parley neu.',
  },
  transcriber_failed: {
    title: 'Was du gesagt hast, ließ sich nicht in Worte fassen',
    remedy: 'Es wurde zweimal versucht. Sag es noch einmal, oder schreib es.',
  },
  model_no_key: {
    title: 'Für das Sprachmodell ist kein Schlüssel gesetzt',
    remedy:
      'Setze einen in den Einstellungen der Parley-App, oder setze ANTHROPIC_API_KEY und starte Parley neu.',
  },
  model_key_refused: {
    title: 'Das Sprachmodell hat den Schlüssel abgelehnt',
    remedy: 'Prüfe, ob der Schlüssel stimmt und noch gilt.',
  },
  model_request_refused: {
    title: 'Das Sprachmodell hat die Anfrage abgelehnt',
    remedy:
      'Die Einzelheiten sagen, warum: oft ein unbekanntes Modell, kein Guthaben oder ein zu langes Gespräch.',
  },
  model_rate_limited: {
    title: 'Zu viele Anfragen an das Sprachmodell',
    remedy: 'Warte einen Augenblick und versuch es dann noch einmal.',
  },
  model_overloaded: {
    title: 'Das Sprachmodell ist überlastet',
    remedy: 'Versuch es in einer Minute noch einmal.',
  },
  model_unreachable: {
    title: 'Das Sprachmodell ist nicht zu erreichen',
    remedy: 'Prüfe das Netz und versuch es dann noch einmal.',
  },
  model_stream_cut: {
    title: 'Die Antwort ist abgebrochen',
    remedy: 'Versuch es noch einmal, um alles zu hören.',
  },
  model_failed: {
    title: 'Das Sprachmodell hatte einen Fehler',
    remedy: 'Versuch es gleich noch einmal.',
  },
  synthesizer_failed: {
    title: 'Die Antwort ließ sich nicht sprechen',
    remedy: 'Ihr ganzer Text steht hier. Versuch es noch einmal, um sie zu hören.',
  },
  tool_server_failed: {
    title: 'Ein Werkzeug-Server ist nicht da',
    remedy: 'Die Einzelheiten nennen ihn. Parley macht ohne ihn weiter und versucht es von selbst wieder.',
  },
  memory_failed: {
    title: 'Frühere Gespräche lassen sich nicht aufheben, wie sie sollten',
    remedy: 'Die Einzelheiten nennen die Datei und was aus ihr wurde. Das Gespräch geht weiter wie zuvor.',
  },
  unknown_model: {
    title: 'Dieses Modell gibt es nicht',
    remedy: 'Wähle eines aus der Liste in den Einstellungen.',
  },
  download_failed: {
    title: 'Ein Download wurde nicht fertig',
    remedy:
      'Die Einzelheiten sagen, was im Weg ist. Was da ist, bleibt, und ein neuer Versuch macht dort weiter.',
  },
  too_many_connections: {
    title: 'Parley ist in zu vielen Fenstern offen',
    remedy: 'Schließ eines davon; dieses verbindet sich dann von selbst.',
  },
  source_error: {
    title: 'Was du gesichert hast, lässt sich nicht übersetzen',
    remedy:
      'Parley läuft weiter, wie es war. Berichtige und sichere die Datei; dann verschwindet diese Meldung.',
  },
  internal: {
    title: 'In Parley ist etwas kaputtgegangen',
    remedy: 'Versuch es noch einmal. Kommt es wieder vor, steht Näheres im Protokoll.',
  },
  mic_denied: {
    title: 'Parley darf das Mikrofon nicht benutzen',
    remedy:
      'Erlaube es in der Adresszeile oder in den Datenschutz-Einstellungen deines Systems und drück dann wieder auf das Mikrofon. Schreiben geht.',
  },
  mic_missing: {
    title: 'Kein Mikrofon gefunden',
    remedy: 'Schließ eines an und drück wieder auf das Mikrofon. Schreiben geht.',
  },
  mic_busy: {
    title: 'Das Mikrofon lässt sich nicht öffnen',
    remedy:
      'Vielleicht benutzt es ein anderes Programm. Beende das und versuch es noch einmal. Schreiben geht.',
  },
  mic_insecure: {
    title: 'An dieser Adresse gibt es kein Mikrofon',
    remedy: 'Öffne die Adresse, die Parley gezeigt hat; sie beginnt mit http://127.0.0.1. Schreiben geht.',
  },
  mic_unsupported: {
    title: 'Dieser Browser kann für Parley keinen Ton aufnehmen',
    remedy: 'Nimm ein aktuelles Chrome, Edge oder Chromium, oder die Parley-App. Schreiben geht.',
  },
  mic_lost: {
    title: 'Das Mikrofon ist weg',
    remedy:
      'Es wurde abgezogen oder übernommen. Drück auf das Mikrofon, um mit einem anderen weiterzumachen.',
  },
  mic_silent: {
    title: 'Das Mikrofon ist völlig still',
    remedy:
      'Vielleicht ist es stummgeschaltet, am Gerät oder im System. Prüfe das, oder wähle in den Einstellungen ein anderes.',
  },
  mic_gap: {
    title: 'Etwas von dem, was du gesagt hast, ist verloren',
    remedy: 'Parley war über eine Minute lang weg. Bitte sag es noch einmal.',
  },
  mic_rested: {
    title: 'Das Mikrofon wurde geschlossen',
    remedy: 'Eine Weile hat niemand gesprochen. Drück darauf, um weiterzumachen.',
  },
  microphone_away: {
    title: 'Das Mikrofon, das du gewählt hast, ist nicht da',
    remedy: 'Bis es wieder da ist, benutzt Parley das des Systems.',
  },
  speaker_away: {
    title: 'Der Lautsprecher, den du gewählt hast, ist nicht da',
    remedy: 'Bis er wieder da ist, spricht Parley über den des Systems.',
  },
  sound_blocked: {
    title: 'Die Antwort wartet darauf, gehört zu werden',
    remedy: 'Der Browser lässt keinen Ton heraus, bis du irgendwo in dieses Fenster klickst.',
  },
  graphics_lost: {
    title: 'Die Grafikkarte ist mehrmals ausgefallen',
    remedy: 'Parley zeichnet bis zur nächsten Version ohne sie. Ein neuerer Treiber könnte helfen.',
  },
}
