// The first run.

export const welcome = {
  titles: { microphone: 'Talk with Parley', parts: 'Voice and brain', desktop: 'At hand' },
  words: {
    microphone:
      'Parley listens while its microphone is open, and at no other time. See whether it hears you.',
    parts:
      'Everything works already. What is marked as basic does so on this computer alone, and could be better.',
    desktop: 'Parley can be called from any program, and be there when you log in.',
  },
  better: {
    transcriber:
      'It understands plain English words. A Whisper model understands far more, in many languages.',
    language_model: 'It knows the time, sums and this computer.',
    synthesizer: 'It is easy to understand. Kokoro sounds like a person.',
  },
  setKey: 'With a key, Claude answers. Set ANTHROPIC_API_KEY and start Parley again.',
  place: (step: number, steps: number) => `${step} of ${steps}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  end: 'Let Parley speak',
}
