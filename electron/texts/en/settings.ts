// What can be set.

import { formsOf } from '../forms'

const { number, percent, plural, size } = formsOf('en')

export const settings = {
  title: 'Settings',
  titleKey: (keys: string) => `Settings (${keys})`,
  close: 'Close settings',
  decided: 'An environment variable decides this.',

  contents: 'Groups of settings',
  desktop: 'Desktop',

  privacy: 'Privacy',
  keep: 'Keep conversations',
  keepWords:
    'Until you delete them. Switched off, a conversation that begins then is forgotten when Parley ends.',
  keptWhat: 'What was said is kept as text, on this computer alone; sound is never kept.',
  keptWhere: 'All of it lies in',
  keptExport: 'Each of the past conversations can be saved as a file: open it there and press Export.',

  appearance: 'Light or dark',
  appearances: { system: 'As the system', light: 'Light', dark: 'Dark' },
  subtitles: 'Size of the subtitles',
  subtitleSizes: { small: 'Small', usual: 'Usual', large: 'Large', largest: 'To be read from afar' },

  interface: 'Appearance',
  language: 'Language',
  languageSystem: 'As the system',
  languageWords: 'Of this window and its tray. What the engines tell of themselves is in English.',

  login: 'Start when I log in',
  loginWords: 'Parley waits in the tray, with its microphone closed.',
  keepRunning: 'Keep running when the window is closed',
  keepRunningWords: 'Parley stays in the tray. The microphone closes with the window.',
  quiet: 'Do not disturb',
  quietWords: 'Closes the microphone, and nothing comes up by itself until you open it again.',

  hotkey: 'Hotkey',
  hotkeyPress: 'Press the new keys',
  hotkeySet: 'Set a hotkey',
  hotkeyChange: 'Change: ',
  hotkeyClear: 'Clear',
  hotkeyWords:
    'From any program: press it to show Parley or to switch the microphone, hold it to talk for as long as you hold it.',

  key: 'API key',
  keyOther: 'Another API key',
  keySave: 'Save',
  keyForget: 'Forget it',
  keyKeep: 'Keep it for the next start',
  keyWords: 'With a key, Claude answers. What you say then goes to Anthropic as text.',
  keyKeeping: {
    safely: 'Kept in this computer’s own key store.',
    readably:
      'This computer has no key store that Parley can use. A key that is kept could be read by your other programs.',
    not: 'This computer has no key store that Parley can use, so the key is forgotten when Parley ends.',
  },
  keyStates: {
    unset: 'No key is set.',
    kept: 'A key is set, and kept for the next start.',
    'for now': 'A key is set until Parley ends.',
  },

  sound: 'Sound',
  microphone: 'Microphone',
  speaker: 'Loudspeaker',
  systemDevice: 'The system’s own',
  awayDevice: (label: string) => `${label} (away)`,
  awayWords: 'It is used again as soon as it is back.',
  unnamedWords: 'Which ones there are is known once Parley has listened for the first time.',
  tryIt: 'Try it',
  tryMicrophone: 'Try the microphone',
  tryStop: 'Enough',
  heard: {
    opening: 'The microphone opens. The system may ask whether Parley may use it.',
    nothing: 'Say something.',
    silence: 'Not a sound arrives. It may be muted, by a switch or by the system.',
    voice: 'It hears you.',
  },

  conversation: 'Conversation',
  understand: 'Understand with',
  answer: 'Answer with',
  speak: 'Speak with',
  engines: {
    auto: 'The best that is here',
    wyoming: 'A Wyoming server',
    openai: 'A server with OpenAI’s routes',
    whisper: 'Whisper',
    pocketsphinx: 'pocketsphinx (basic)',
    claude: 'Claude',
    bedrock: 'Claude by Amazon Bedrock',
    offline: 'This computer alone (basic)',
    kokoro: 'Kokoro',
    espeak: 'espeak-ng (basic)',
  },
  voice: 'Voice',
  voiceOf: (title: string, language: string) => `${title}, ${language}`,
  hearIt: 'Hear it',
  patience: 'Wait for me when I pause',
  patiences: { quick: 'Quick', usual: 'Usual', patient: 'Patient', very: 'Very patient' },
  learn: 'Learn how I pause',
  learnWords:
    'Whoever never pauses within a sentence is answered sooner, and whoever looks for words is waited for.',
  speculate: 'Begin the answer meanwhile',
  speculates: { always: 'Always', when_free: 'Where it costs nothing', never: 'Never' },
  halfDuplex: 'Do not listen while speaking',
  halfDuplexWords:
    'For loudspeakers that the microphone hears too well. The key to talk and the one to stop still work.',
  offline: 'Stay offline',
  offlineWords: 'Nothing is fetched, and nobody outside this computer is asked, whatever keys are set.',

  models: 'Models',
  modelsWords:
    'They work on this computer, and are fetched only when you say so. Parley takes the best that is here.',
  modelKinds: { whisper: 'Understanding', kokoro: 'Speaking' },
  modelHere: (bytes: number) => `here, ${size(bytes)}`,
  modelAbsent: (languages: string, licence: string, memoryBytes: number) =>
    `${languages}, ${licence}, ${size(memoryBytes)} of memory`,
  modelComing: (share: number, bytesPerSecond: number, seconds: number) =>
    `${percent(share)}, ${size(bytesPerSecond)}/s, ${timeLeft(seconds)}`,
  percent,
  modelGet: (bytes: number) => `Get (${size(bytes)})`,
  modelGetNamed: (name: string, bytes: number) => `Get ${name} (${size(bytes)})`,
  modelGoOn: (bytes: number) => `Go on (${size(bytes)})`,
  modelGoOnNamed: (name: string, bytes: number) => `Go on ${name} (${size(bytes)})`,
  modelStop: 'Stop',
  modelStopNamed: (name: string) => `Stop fetching ${name}`,
  modelDelete: 'Delete',
  modelDeleteNamed: (name: string) => `Delete ${name}`,
  modelFetching: (name: string) => `Fetching ${name}`,
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return 'less than a minute left'
  const minutes = Math.round(seconds / 60)
  if (minutes >= 60) return `about ${number(minutes / 60)} h left`
  return `about ${plural(minutes, { one: '1 minute', other: `${number(minutes)} minutes` })} left`
}
