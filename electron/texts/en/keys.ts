// The list of keys. Of a key that bears words, here is its name.

export const keys = {
  title: 'Keys',
  titleKey: 'Keys (?)',
  close: 'Close the list of keys',
  space: 'Space',
  enter: 'Enter',
  shift: 'Shift',
  control: 'Ctrl',
  microphone: 'Open or close the microphone',
  stop: 'Stop what Parley says',
  again: 'Hear the last answer again',
  send: 'Send what you typed',
  line: 'Begin a new line',
  find: 'Find in this conversation',
  settings: 'Settings',
  keys: 'These keys',
}
