// The strip of subtitles over other windows, and what the settings say of it.

export const captions = {
  title: 'Captions',
  hint: 'What Parley says is written here. Drag it to where you want it.',
  letThrough: 'Let clicks through',
  letThroughWords: 'Then the pointer reaches what lies below. Parley’s tray menu and settings undo it.',
  close: 'Close the captions',
  closeKey: 'Close the captions (Esc)',

  show: 'Captions over other windows',
  showWords:
    'A strip with what Parley says, in front of everything. Drag it to where you want it; it stays there.',
  through: 'Clicks go through the captions',
  throughWords:
    'The pointer reaches what lies below. To take hold of the strip again, turn this off here or in the tray.',
}
