import type { ShellTexts } from '../shell'

export const shell: ShellTexts = {
  tray: {
    starting: 'Parley startet…',
    hearing: 'Hört dich',
    thinking: (isOpen) => `Denkt nach, Mikrofon ${isOpen ? 'an' : 'aus'}`,
    speaking: (isOpen) => `Spricht, Mikrofon ${isOpen ? 'an' : 'aus'}`,
    listening: 'Hört zu',
    quiet: 'Nicht stören, Mikrofon aus',
    off: 'Mikrofon aus',
    tip: (words) => `Parley: ${words}`,
    hide: 'Parley ausblenden',
    show: 'Parley zeigen',
    turnOn: 'Mikrofon einschalten',
    turnOff: 'Mikrofon ausschalten',
    stop: 'Nicht weitersprechen',
    doNotDisturb: 'Nicht stören',
    captions: 'Untertitel',
    clicksThrough: 'Klicks gehen durch die Untertitel',
    login: 'Beim Anmelden starten',
    settings: 'Einstellungen…',
    retry: 'Noch einmal',
    quit: 'Parley beenden',
  },
  down: {
    slow: 'Parley braucht länger als sonst zum Starten…',
    restarting: 'Parley startet neu…',
    stopping: 'Parley wird beendet…',
    stopped: 'Parley ist beendet.',
  },
  broken: {
    'cannot start': {
      title: 'Ein Teil von Parley lässt sich nicht starten',
      text: (message) =>
        `${message}. Installiere Parley neu; wo ein Virenschutz arbeitet, lass ihn diese Datei erlauben.`,
    },
    'no retry': {
      title: 'So, wie Parley eingerichtet ist, kann es nicht laufen',
      text: (code) => `Sein Dienst endete mit Code ${code}; seine letzten Zeilen sagen, warum.`,
    },
    'too often': {
      title: 'Parley bleibt immer wieder stehen',
      text: 'Sein Dienst endete fünfmal in zwei Minuten und wird deshalb nicht von selbst neu gestartet.',
    },
    stalled: {
      title: 'Parley wird nicht fertig',
      text: 'Sein Dienst startete zweimal und kam beide Male eine Minute lang nicht weiter.',
    },
    mismatched: {
      title: 'Ein Update ist nötig',
      text: 'Dieses Fenster und sein Dienst haben verschiedene Versionen. Installiere Parley neu.',
    },
    damaged: 'Ein Teil von Parley fehlt',
    homeless: {
      title: 'Parley kann nichts aufheben',
      text: (folder, code) =>
        `Parley hebt seine Einstellungen und das, was gesagt wurde, in ${folder} auf, wo sich nichts schreiben lässt (${code}). ` +
        'Schaffe Platz oder gib dir das Recht, dort zu schreiben, und versuch es noch einmal.',
    },
    none: 'Kein Problem',
  },
  damage: (file, what, others) =>
    `Die Datei ${file} ${what === 'missing' ? 'fehlt' : 'ist nicht, wie sie installiert wurde'}` +
    `${others === 0 ? '' : ` (und ${others} weitere)`}. ` +
    'Vielleicht hat ein Virenschutz sie entfernt: Lass ihn Parleys Ordner erlauben und installiere Parley neu. ' +
    'Nichts, was du gesagt oder eingestellt hast, geht dabei verloren.',
  problemPage: {
    retry: 'Noch einmal',
    copy: 'Bericht kopieren',
    logs: 'Protokolle öffnen',
    lines: 'Die letzten Zeilen',
    starting: 'Startet neu…',
    copied: 'Der Bericht ist kopiert.',
  },
  crashed: {
    message: 'Das Fenster von Parley blieb zweimal in einer Minute stehen.',
    detail: 'Was gesagt wurde, ist aufgehoben.',
    open: 'Wieder öffnen',
  },
  hotkey: {
    taken: (keys) => `Ein anderes Programm hat die Tasten ${keys}.`,
    impossible: (keys) => `${keys} kann kein Tastenkürzel sein.`,
    chooseOthers: 'Wähle andere, oder mach sie frei und starte Parley neu.',
    wayland:
      'Hier lässt es sich drücken, nicht halten: Unter Wayland erfährt kein Programm, wann eine Taste losgelassen wird.',
    'not allowed':
      'Es lässt sich drücken, nicht halten, bis Parley in den Systemeinstellungen unter Datenschutz & Sicherheit, Bedienungshilfen, erlaubt ist.',
    missing:
      'Hier lässt es sich drücken, nicht halten: Was das Loslassen einer Taste sieht, ließ sich nicht starten.',
    development: 'Dieser Entwicklungsstand lässt das Tastenkürzel in Ruhe. Mit PARLEY_HOTKEY hat er eines.',
  },
  login: {
    uninstalled: 'Nur ein installiertes Parley kann beim Anmelden starten.',
    switchedOff:
      'Es wurde in den Einstellungen dieses Desktops abgeschaltet. Hier lässt es sich wieder einschalten.',
    switchedOffWindows:
      'Es wurde in Windows abgeschaltet: Einstellungen, Apps, Autostart. Hier oder dort lässt es sich wieder einschalten.',
    approval:
      'macOS will deine Zustimmung: Erlaube Parley in den Systemeinstellungen, Allgemein, Anmeldeobjekte.',
    refusedMac:
      'macOS hat es nicht angenommen. Bewege Parley in den Ordner Programme, starte es von dort und versuch es noch einmal.',
    refusedWindows: 'Windows hat es nicht angenommen. Vielleicht verbietet es eine Regel dieses Computers.',
    unwritable: (file, code) => `${file} ließ sich nicht ändern (${code}). Prüfe die Zugriffsrechte.`,
  },
  key: {
    complaint: (why) =>
      `Das ist kein API-Schlüssel: ${why}. Kopiere ihn noch einmal, vom ersten bis zum letzten Zeichen.`,
    spaces: 'ein Leerzeichen oder ein Zeilenumbruch ist darin',
    characters: 'Zeichen sind darin, die kein Schlüssel hat',
    short: 'er ist zu kurz',
    long: 'er ist zu lang',
    unopened:
      'Der Schlüsselbund dieses Computers ist noch nicht offen. Der aufgehobene Schlüssel wird gelesen, sobald er es ist.',
    locked:
      'Der Schlüsselbund dieses Computers blieb gesperrt, also ließ sich der aufgehobene Schlüssel nicht lesen. ' +
      'Entsperre ihn und starte Parley neu, oder setze den Schlüssel noch einmal.',
    spoilt: 'Der aufgehobene Schlüssel lässt sich nicht mehr lesen. Setze ihn noch einmal, oder vergiss ihn.',
    exposed:
      'Der Schlüsselbund dieses Computers ist gerade nicht zu gebrauchen, also gilt der Schlüssel, bis Parley endet. ' +
      'Aufgehoben könnten ihn deine anderen Programme lesen.',
    refused:
      'Der Schlüsselbund dieses Computers nahm keinen Schlüssel an, also gilt der Schlüssel nur, bis Parley endet.',
    held: (why) => `Der Schlüssel gilt, bis Parley endet: ${why}`,
    unforgettable: (why) => `Der Schlüssel ließ sich nicht vergessen: ${why}`,
    unwritable: (file, code) =>
      `${file} lässt sich nicht ändern (${code}). Prüfe die Zugriffsrechte und den Platz auf der Platte.`,
  },
}
