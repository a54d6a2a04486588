// Everything that can go wrong: what happened, and what to do. Chosen by code, never by the text that came with it.

import type { Problem, Words } from '../../renderer/failures'

export const problems: Record<Problem, Words> = {
  bad_message: {
    title: 'The window and Parley did not understand each other',
    remedy: 'Reload this window. If it happens again, the two are of different versions.',
  },
  message_too_large: { title: 'That was too long to send', remedy: 'Say it in shorter pieces.' },
  version_mismatch: {
    title: 'This window is of another version than Parley',
    remedy: 'Reload it; if that does not help, update Parley.',
  },
  not_speaker: {
    title: 'Another window is talking with Parley',
    remedy: 'Press “Use this window” to go on here.',
  },
  bad_config: {
    title: 'The settings cannot be used',
    remedy: 'The details name the file or the variable. Correct it and start Parley again.',
  },
  bad_audio: { title: 'A sound file cannot be used', remedy: 'Use a WAV file.' },
  engine_missing: {
    title: 'A part that is needed is not installed',
    remedy: 'Stop Parley and run “npm start” again, which fetches what is missing. The details say what.',
  },
  engine_failed: {
    title: 'A part of Parley stopped working',
    remedy: 'Try again. If it keeps failing, start Parley again.',
  },
  transcriber_failed: {
    title: 'What you said could not be turned into words',
    remedy: 'It was tried twice. Say it again, or type it.',
  },
  model_no_key: {
    title: 'No key is set for the language model',
    remedy: 'Set one in the settings of the Parley app, or set ANTHROPIC_API_KEY and start Parley again.',
  },
  model_key_refused: {
    title: 'The language model refused the key',
    remedy: 'Check that the key is right and still valid.',
  },
  model_request_refused: {
    title: 'The language model refused the request',
    remedy: 'The details say why: often an unknown model, no credit, or a conversation that is too long.',
  },
  model_rate_limited: {
    title: 'Too many requests to the language model',
    remedy: 'Wait a moment, then try again.',
  },
  model_overloaded: { title: 'The language model is overloaded', remedy: 'Try again in a minute.' },
  model_unreachable: {
    title: 'The language model cannot be reached',
    remedy: 'Check the network, then try again.',
  },
  model_stream_cut: { title: 'The answer broke off', remedy: 'Try again to hear all of it.' },
  model_failed: { title: 'The language model had an error', remedy: 'Try again in a moment.' },
  synthesizer_failed: {
    title: 'The answer could not be spoken',
    remedy: 'All of its text is here. Try again to hear it.',
  },
  tool_server_failed: {
    title: 'A tool server is not there',
    remedy: 'The details name it. Parley goes on without its tools, and tries again by itself.',
  },
  memory_failed: {
    title: 'Past conversations cannot be kept as they should',
    remedy: 'The details name the file and what became of it. Talking goes on as before.',
  },
  unknown_model: {
    title: 'There is no such model',
    remedy: 'Choose one from the list in the settings.',
  },
  download_failed: {
    title: 'A download could not be finished',
    remedy: 'The details say what is in the way. What has come is kept, so trying again goes on from there.',
  },
  too_many_connections: {
    title: 'Parley is open in too many windows',
    remedy: 'Close one of them; this one connects by itself.',
  },
  source_error: {
    title: 'What you saved does not compile',
    remedy: 'Parley goes on as it was. Mend the file and save it; this goes by itself.',
  },
  internal: {
    title: 'Something in Parley broke',
    remedy: 'Try again. If it keeps happening, the log has the details.',
  },
  mic_denied: {
    title: 'Parley may not use the microphone',
    remedy:
      'Allow it in the address bar or in your system’s privacy settings, then press the microphone again. Typing works.',
  },
  mic_missing: {
    title: 'No microphone was found',
    remedy: 'Connect one and press the microphone again. Typing works.',
  },
  mic_busy: {
    title: 'The microphone cannot be opened',
    remedy: 'Another program may be using it. Close that program and try again. Typing works.',
  },
  mic_insecure: {
    title: 'The microphone is not available at this address',
    remedy: 'Open the address that Parley printed, which begins with http://127.0.0.1. Typing works.',
  },
  mic_unsupported: {
    title: 'This browser cannot capture sound for Parley',
    remedy: 'Use a current Chrome, Edge or Chromium, or the Parley app. Typing works.',
  },
  mic_lost: {
    title: 'The microphone went away',
    remedy: 'It was unplugged or taken over. Press the microphone to go on with another one.',
  },
  mic_silent: {
    title: 'The microphone is completely silent',
    remedy: 'It may be muted by a switch or by the system. Check it, or choose another one in the settings.',
  },
  mic_gap: {
    title: 'Some of what you said is lost',
    remedy: 'Parley was away for more than a minute. Please say it again.',
  },
  mic_rested: {
    title: 'The microphone was closed',
    remedy: 'Nobody had spoken for a while. Press it to go on.',
  },
  microphone_away: {
    title: 'The microphone that you chose is away',
    remedy: 'Parley listens to the system’s own until it is back.',
  },
  speaker_away: {
    title: 'The loudspeaker that you chose is away',
    remedy: 'Parley speaks through the system’s own until it is back.',
  },
  sound_blocked: {
    title: 'The answer is waiting to be heard',
    remedy: 'The browser keeps sound off until you click somewhere in this window.',
  },
  graphics_lost: {
    title: 'The graphics card failed several times',
    remedy: 'Parley draws without it until its next version. A newer driver for the card may help.',
  },
}
