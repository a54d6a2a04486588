// What self-test.ts saw of a turn, for main/self-test.ts to judge.

export interface Turn {
  /** What the sidecar understood of the question. */
  question: string
  answer: string
  outcome: string
  sample_rate_hz: number
  /** Of speech, in frames that came. */
  samples: number
  /** What turn_end says that there were. */
  sample_count: number
  loudest: number
}
