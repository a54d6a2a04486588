// The floor under the shell: an Electron that opens a window with three words in it, and does nothing else.
'use strict'

const { app, BrowserWindow } = require('electron')

app.setPath('userData', process.env.HOME)
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 980, height: 720, show: false, webPreferences: { sandbox: true } })
  window.once('ready-to-show', () => window.show())
  window.loadURL('data:text/html,<p>An empty window')
})
