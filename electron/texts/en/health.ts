// How Parley does. What the doctor found is told in its own words, which are English.

import { formsOf } from '../forms'

const { plural, number, size } = formsOf('en')

const seconds = (ms: number) => `${number(ms / 1000, 2)} s`

export const health = {
  title: 'Health',
  close: 'Close health',
  levels: {
    well: 'All is well',
    notice: 'Something could be better',
    trouble: 'Something does not work',
  },
  opener: (level: string) => `Health: ${level}`,
  answers: 'How long answers take',
  usually: 'usually',
  atWorst: 'one in twenty takes longer',
  ofTurns: (count: number) =>
    plural(count, {
      one: 'Of 1 answer in the last seven days',
      other: `Of ${number(count)} answers in the last seven days`,
    }),
  none: 'Ask something: this shows where the time went until you heard the answer.',
  reading: 'Reading…',
  waterfall: (at: string) => `The answer of ${at}`,
  beganInPause: 'It was begun while you paused.',
  explained: 'Wide: what you waited for. Thin: what worked meanwhile.',
  stage: 'Stage',
  waited: 'Waited',
  usual: 'Usually',
  worst: 'Seldom more',
  whole: 'The whole',
  stages: {
    pause: 'Pause',
    recognition: 'Understanding',
    first_token: 'Thinking',
    first_sentence: 'First sentence',
    first_audio: 'Voice',
    playback: 'On its way',
    heard: 'Loudspeaker',
  },
  last: 'The last answers',
  lastItem: (at: string, whole: string, stages: string) => `${at}: ${whole}. ${stages}`,
  interrupted: 'interrupted',
  failed: 'failed',
  seconds,
  work: 'At work',
  connection: 'Connection',
  memory: 'Memory',
  memoryOf: (own: number, workers: number, count: number) =>
    `${size(own + workers)}${count ? `, of which ${size(workers)} in ${plural(count, { one: '1 engine', other: `${number(count)} engines` })}` : ''}`,
  processor: 'Processor',
  ofOneCore: (percent: number) => `${number(percent, 1)} % of one core`,
  delay: 'Reacts within',
  delayOf: (ms: number) => `${number(ms, 1)} ms`,
  begunEarly: 'Begun while you paused',
  begunEarlyOf: (begun: number, used: number) =>
    begun ? `${number(begun)}, of which ${number(used)} answered` : 'none yet',
  interruptions: 'You cut in',
  timesOf: (count: number) =>
    count ? plural(count, { one: 'once', other: `${number(count)} times` }) : 'never',
  reconnects: 'Reconnected',
  checkup: 'Check-up',
  checkupWords:
    'Looks at everything that may be wrong on this computer. It takes some seconds; you can talk on.',
  look: 'Look for problems',
  lookAgain: 'Look again',
  looking: (done: number, count: number) =>
    count ? `Looking… ${number(done)} of ${number(count)}` : 'Looking…',
  nothingFound: (count: number) => `All is well: ${number(count)} things were looked at.`,
  found: (count: number) =>
    plural(count, { one: 'One thing was found.', other: `${number(count)} things were found.` }),
  lost: 'The check-up was not finished. Try again.',
  fix: 'Put it right',
  fixing: 'At it…',
  notes: (count: number) => plural(count, { one: '1 note', other: `${number(count)} notes` }),
  copy: 'Copy report',
  copied: 'The report is copied.',
  notCopied: 'It could not be copied.',
}
