// What the shell says without the window's help.

export const shell = {
  tray: {
    starting: 'Parley is starting…',
    hearing: 'Hearing you',
    thinking: (isOpen: boolean) => `Thinking, microphone ${isOpen ? 'on' : 'off'}`,
    speaking: (isOpen: boolean) => `Speaking, microphone ${isOpen ? 'on' : 'off'}`,
    listening: 'Listening',
    quiet: 'Do not disturb, microphone off',
    off: 'Microphone off',
    tip: (words: string) => `Parley: ${words}`,
    hide: 'Hide Parley',
    show: 'Show Parley',
    turnOn: 'Turn the microphone on',
    turnOff: 'Turn the microphone off',
    stop: 'Stop speaking',
    doNotDisturb: 'Do not disturb',
    captions: 'Captions',
    clicksThrough: 'Clicks go through the captions',
    login: 'Start at login',
    settings: 'Settings…',
    retry: 'Try again',
    quit: 'Quit Parley',
  },
  down: {
    slow: 'Parley is taking longer than usual to start…',
    restarting: 'Parley is restarting…',
    stopping: 'Parley is stopping…',
    stopped: 'Parley has stopped.',
  },
  broken: {
    'cannot start': {
      title: 'A part of Parley cannot be started',
      text: (message: string) =>
        `${message}. Install Parley anew; where an antivirus is at work, let it allow this file.`,
    },
    'no retry': {
      title: 'Parley cannot run as it is set up',
      text: (code: number | null) => `Its service ended with code ${code}; its last lines say why.`,
    },
    'too often': {
      title: 'Parley keeps stopping',
      text: 'Its service ended five times within two minutes, so it is not started again by itself.',
    },
    stalled: {
      title: 'Parley does not get ready',
      text: 'Its service began twice, and twice it got no further for a minute.',
    },
    mismatched: {
      title: 'An update is needed',
      text: 'This window and its service are of different versions. Install Parley anew.',
    },
    damaged: 'A part of Parley is missing',
    homeless: {
      title: 'Parley cannot keep anything',
      text: (folder: string, code: string) =>
        `Parley keeps its settings and what was said in ${folder}, where nothing can be written (${code}). ` +
        'Make room on the disk or give yourself the right to write there, then try again.',
    },
    none: 'No problem',
  },
  damage: (file: string, what: 'missing' | 'changed', others: number) =>
    `The file ${file} ${what === 'missing' ? 'is missing' : 'is not as it was installed'}` +
    `${others === 0 ? '' : ` (and ${others} more)`}. ` +
    "An antivirus may have taken it: let it allow Parley's folder, then install Parley anew. " +
    'Nothing that you said or set is lost by that.',
  problemPage: {
    retry: 'Try again',
    copy: 'Copy report',
    logs: 'Open the logs',
    lines: 'The last lines',
    starting: 'Starting again…',
    copied: 'The report is copied.',
  },
  crashed: {
    message: 'The window of Parley stopped twice within a minute.',
    detail: 'What was said is kept.',
    open: 'Open it again',
  },
  hotkey: {
    taken: (keys: string) => `Another program has the keys ${keys}.`,
    impossible: (keys: string) => `${keys} cannot be a hotkey.`,
    chooseOthers: 'Choose others, or free them and start Parley again.',
    wayland: 'Here it can be pressed, not held: under Wayland no program learns when a key goes up.',
    'not allowed':
      'It can be pressed, not held, until Parley is allowed in System Settings under Privacy & Security, Accessibility.',
    missing: 'Here it can be pressed, not held: what sees a key go up could not be started.',
    development: 'This development build leaves the hotkey alone. Started with PARLEY_HOTKEY, it has one.',
  },
  login: {
    uninstalled: 'Only an installed Parley can start at login.',
    switchedOff: 'It was switched off in the settings of this desktop. Here it can be switched on again.',
    switchedOffWindows:
      'It was switched off in Windows: Settings, Apps, Startup. Here or there it can be switched on again.',
    approval: 'macOS asks for your approval: allow Parley in System Settings, General, Login Items.',
    refusedMac:
      'macOS did not take it. Move Parley to the Applications folder, start it from there and try again.',
    refusedWindows: 'Windows did not take it. A rule of this computer may forbid it.',
    unwritable: (file: string, code: string) =>
      `${file} could not be changed (${code}). Look after its permissions.`,
  },
  key: {
    complaint: (why: string) =>
      `This is no API key: ${why}. Copy it again, from its first character to its last.`,
    spaces: 'there is a space or a line break in it',
    characters: 'there are characters in it that no key has',
    short: 'it is too short',
    long: 'it is too long',
    unopened: 'This computer’s key store is not open yet. The key that is kept is read as soon as it is.',
    locked:
      'This computer’s key store stayed locked, so the key that is kept could not be read. Unlock it and start Parley ' +
      'anew, or set the key again.',
    spoilt: 'The key that is kept can no longer be read. Set it again, or forget it.',
    exposed:
      'This computer’s key store cannot be used now, so the key is held until Parley ends. If it were kept, your other ' +
      'programs could read it.',
    refused: 'This computer’s key store took no key, so it is held until Parley ends.',
    held: (why: string) => `The key is held until Parley ends: ${why}`,
    unforgettable: (why: string) => `The key could not be forgotten: ${why}`,
    unwritable: (file: string, code: string) =>
      `${file} cannot be changed (${code}). Look after its permissions and the space on the disk.`,
  },
}
