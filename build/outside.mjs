// @ts-check
// The programs that tests need from outside npm and PyPI.

import { existsSync } from 'node:fs'
import { which } from './tools.mjs'

/** What tests call a missing program, and the names under which it may be there. */
const NEEDED = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ],
  flite: ['flite'],
  sox: ['sox'],
  'espeak-ng': ['espeak-ng'],
  pulseaudio: ['pulseaudio'],
  parec: ['parec'],
  paplay: ['paplay'],
  Xvfb: ['Xvfb'],
  xdotool: ['xdotool'],
  openbox: ['openbox'],
  faketime: ['faketime'],
  'dbus-daemon': ['dbus-daemon'],
}

export function lookOutside() {
  const asked = process.env.PARLEY_CHROMIUM
  const chromium = asked && existsSync(asked) ? asked : which(...NEEDED.chromium)
  const missing = Object.entries(NEEDED)
    .filter(([name, names]) => (name === 'chromium' ? !chromium : !which(...names)))
    .map(([name]) => name)
  return { chromium, missing }
}
