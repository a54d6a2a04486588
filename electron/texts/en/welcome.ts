// The first run.

export const welcome = {
  titles: { microphone: 'Talk with Parley', parts: 'Voice and brain', desktop: 'At hand' },
  words: {
    microphone:
      'Parley listens while its microphone is open, and at no other time. See whether it hears you.',
    parts: 'Everything works already, on this computer alone. This is what would make it better.',
    desktop: 'Parley can be called from any program, and be there when you log in.',
  },
  parts: { transcriber: 'Hears with', language_model: 'Answers with', synthesizer: 'Speaks with' },
  better: {
    transcriber:
      'It understands plain English words. A Whisper model understands far more, in many languages.',
    language_model: 'It knows the time, sums and this computer. With a key, Claude answers whatever you ask.',
    synthesizer: 'It is easy to understand. Kokoro sounds like a person.',
  },
  good: 'Nothing needs to be done.',
  place: (step: number, steps: number) => `${step} of ${steps}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  end: 'Let Parley speak',
}
