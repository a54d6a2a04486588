// The stage, the line to type in, and whether Parley can be reached.

import { formsOf } from '../forms'

const { percent } = formsOf('en')

export const stage = {
  voice: 'Voice',
  moods: {
    closed: 'Microphone off',
    opening: 'Opening the microphone',
    listening: 'Listening',
    hearing: 'Hearing you',
    thinking: 'Thinking',
    speaking: 'Speaking',
  },
  hints: {
    press: 'Press the microphone and speak, or type.',
    speak: 'Say something. Parley is listening.',
  },
  openMicrophone: 'Open the microphone',
  closeMicrophone: 'Close the microphone',
  openMicrophoneKey: 'Open the microphone (M)',
  closeMicrophoneKey: 'Close the microphone (M)',
  microphoneOn: 'Microphone on',
  microphoneOff: 'Microphone off',
  stop: 'Stop',
  sayAgain: 'Say again',
  sayAgainKey: 'Hear the last answer again (R)',
  message: 'Message',
  typeMessage: 'Type a message',
  send: 'Send',
  sendKey: 'Send (Enter)',
  connection: {
    connecting: 'Connecting…',
    connected: 'Connected',
    reconnecting: 'Reconnecting… nothing is lost',
    down: 'Parley is starting…',
    no_access: 'Not connected',
    replaced: 'In another window',
    mismatched: 'Update needed',
  },
  blocked: {
    no_access: {
      title: 'This window needs a fresh address',
      text: 'Press Enter in the terminal where Parley runs and open what it prints.',
    },
    elsewhere: {
      title: 'Parley is in another window',
      text: 'The conversation went on there. This window’s microphone is closed.',
    },
    mismatched: {
      title: 'An update is needed',
      text: 'This window and Parley are of different versions. Reload the window; if that does not help, update Parley.',
    },
    use: 'Use this window',
    reload: 'Reload',
  },
  engines: {
    verbs: {
      vad: 'Notices speech',
      transcriber: 'Hears',
      language_model: 'Answers',
      synthesizer: 'Speaks',
    },
    with: (verb: string, engine: string) => `${verb} with ${engine}`,
    all: (engines: string) => `Engines: ${engines}`,
    failed: 'not working',
    loading: 'loading',
    loadingAt: (share: number) => `loading ${percent(share)}`,
    basic: 'basic',
    nothingToDo: 'Nothing needs to be done.',
  },
}
