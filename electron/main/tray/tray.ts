// Draws menu.ts in the system's tray, and hands on what is chosen there.

import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron'
import busy from './icons/busy.png?inline'
import listening from './icons/listening.png?inline'
import off from './icons/off.png?inline'
import trouble from './icons/trouble.png?inline'
import { texts } from '../texts'
import { iconOf, menuOf, wordsOf, type Action, type Desktop, type Entry, type Icon } from './menu'

const SOURCES: Record<Icon, string> = { off, listening, busy, trouble }
const SIZE = 22 // points; the files have twice as many pixels, for fine screens

export class ParleyTray {
  readonly #tray: Tray
  readonly #choose: (action: Action) => void
  #icon: Icon
  #shown = ''

  constructor(desktop: Desktop, choose: (action: Action) => void) {
    this.#choose = choose
    this.#icon = iconOf(desktop)
    this.#tray = new Tray(imageOf(this.#icon))
    // Linux has no click of the left button: there it is the menu, which holds everything.
    this.#tray.on('click', () => choose('show'))
    this.show(desktop)
  }

  show(desktop: Desktop): void {
    const entries = menuOf(desktop)
    const shown = JSON.stringify(entries)
    if (shown === this.#shown) return
    this.#shown = shown
    const icon = iconOf(desktop)
    if (icon !== this.#icon) this.#tray.setImage(imageOf((this.#icon = icon)))
    this.#tray.setToolTip(texts().tray.tip(wordsOf(desktop)))
    // An open menu cannot be changed, and on Linux no item of a menu can: a new one takes its place.
    this.#tray.setContextMenu(Menu.buildFromTemplate(entries.map((entry) => this.#item(entry))))
  }

  dispose(): void {
    this.#tray.destroy()
  }

  #item(entry: Entry): MenuItemConstructorOptions {
    if ('separator' in entry) return { type: 'separator' }
    const { label, isEnabled, action, isChecked } = entry
    return {
      label,
      enabled: isEnabled,
      ...(isChecked === undefined ? {} : { type: 'checkbox', checked: isChecked }),
      click: () => action && this.#choose(action),
    }
  }
}

function imageOf(icon: Icon): NativeImage {
  const fine = nativeImage.createFromDataURL(SOURCES[icon])
  const image = fine.resize({ width: SIZE, height: SIZE })
  image.addRepresentation({ scaleFactor: 2, dataURL: SOURCES[icon] })
  return image
}
