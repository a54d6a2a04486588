// Opens the captions. They are the shell's: a browser, which can keep nothing over other windows, has none.

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CaptionStrip } from './strip'
import { Viewer } from './viewer'

const root = document.getElementById('root')
if (!root) throw new Error('captions.html has no #root')
if (window.parley) {
  const viewer = new Viewer(window.parley)
  viewer.start()
  createRoot(root).render(
    <StrictMode>
      <CaptionStrip viewer={viewer} shell={window.parley} />
    </StrictMode>,
  )
}
