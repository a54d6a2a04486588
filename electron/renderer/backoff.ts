// How long to wait before the next attempt to connect.

const FIRST_S = 0.25
const LONGEST_S = 5

/**
 * Milliseconds before attempt number `attempt` (from 0). `random` is in [0, 1): half of the delay is drawn by lot,
 * so that several windows do not come back in the same moment.
 */
export function backoffMs(attempt: number, random: number): number {
  const whole = Math.min(FIRST_S * 2 ** attempt, LONGEST_S) * 1000
  return Math.round(whole * (0.5 + random / 2))
}
