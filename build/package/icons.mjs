// @ts-check
// Draws the icon files of the packages from electron/renderer/icon.svg, in Chromium: node build/package/icons.mjs.
// What it writes is checked in, so that making a package needs no browser.

/* global document, Image */ // in the page

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { lookOutside } from '../outside.mjs'
import { Problem, program, ROOT } from '../tools.mjs'

const SOURCE = join(ROOT, 'electron', 'renderer', 'icon.svg')
const ICONS = join(ROOT, 'build', 'package', 'icons')

const PNG = [16, 32, 48, 64, 128, 256, 512]
const ICO = [16, 24, 32, 48, 64, 128, 256]
/** Types of an .icns and the pixels of each; those from ic11 on are for fine screens. */
const ICNS = /** @type {const} */ ([
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
])

/** @typedef {{ png: Buffer, rgba: Buffer }} Picture */

/** @param {number[]} sizes @returns {Promise<(size: number) => Picture>} */
async function draw(sizes) {
  const { chromium: executablePath } = lookOutside()
  if (!executablePath)
    throw new Problem(
      'The icons are drawn in Chromium, which is not here; install it or name it in PARLEY_CHROMIUM.',
    )
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const drawn = await page.evaluate(
      async ({ svg, sizes }) => {
        const image = new Image()
        // Without a size of its own a picture is scaled from what the browser thinks it is.
        image.src = `data:image/svg+xml,${encodeURIComponent(svg.replace('<svg', '<svg width="1024" height="1024"'))}`
        await image.decode()
        return sizes.map((size) => {
          const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
          const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
          context.imageSmoothingQuality = 'high'
          context.drawImage(image, 0, 0, size, size)
          return {
            png: canvas.toDataURL('image/png').split(',')[1] ?? '',
            rgba: [...context.getImageData(0, 0, size, size).data],
          }
        })
      },
      { svg: readFileSync(SOURCE, 'utf8'), sizes },
    )
    const pictures = new Map(
      drawn.map(({ png, rgba }, index) => [
        sizes[index],
        { png: Buffer.from(png, 'base64'), rgba: Buffer.from(rgba) },
      ]),
    )
    return (size) => /** @type {Picture} */ (pictures.get(size))
  } finally {
    await browser.close()
  }
}

/** Windows takes a PNG at 256 pixels; installers read the smaller ones only as bitmaps. @param {(size: number) => Picture} at */
export function icoOf(at) {
  const bodies = ICO.map((size) => (size === 256 ? at(size).png : bitmapOf(at(size).rgba, size)))
  const head = Buffer.alloc(6 + 16 * bodies.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(bodies.length, 4)
  let offset = head.length
  bodies.forEach((body, index) => {
    const entry = 6 + 16 * index
    const size = (ICO[index] ?? 0) % 256 // 0 says 256
    head.writeUInt8(size, entry)
    head.writeUInt8(size, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(body.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += body.length
  })
  return Buffer.concat([head, ...bodies])
}

/** A BITMAPINFOHEADER, the pixels from the bottom up, and a mask that says nothing: transparency is in the pixels. @param {Buffer} rgba @param {number} size */
function bitmapOf(rgba, size) {
  const head = Buffer.alloc(40)
  head.writeUInt32LE(40, 0)
  head.writeInt32LE(size, 4)
  head.writeInt32LE(2 * size, 8) // with the mask's
  head.writeUInt16LE(1, 12)
  head.writeUInt16LE(32, 14)
  const pixels = Buffer.alloc(4 * size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = 4 * (y * size + x)
      const to = 4 * ((size - 1 - y) * size + x)
      const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(from, from + 4)
      pixels.set([blue, green, red, alpha], to)
    }
  }
  const mask = Buffer.alloc(size * 4 * Math.ceil(size / 32))
  return Buffer.concat([head, pixels, mask])
}

/** @param {(size: number) => Picture} at */
export function icnsOf(at) {
  const chunks = ICNS.map(([type, size]) => chunk(type, at(size).png))
  return chunk('icns', Buffer.concat(chunks))
}

/** @param {string} type @param {Buffer} body */
function chunk(type, body) {
  const head = Buffer.alloc(8)
  head.write(type, 'ascii')
  head.writeUInt32BE(8 + body.length, 4)
  return Buffer.concat([head, body])
}

await program(import.meta.url, async () => {
  const at = await draw([...new Set([...PNG, ...ICO, ...ICNS.map(([, size]) => size)])])
  mkdirSync(join(ICONS, 'png'), { recursive: true })
  for (const size of PNG) writeFileSync(join(ICONS, 'png', `${size}x${size}.png`), at(size).png)
  writeFileSync(join(ICONS, 'parley.ico'), icoOf(at))
  writeFileSync(join(ICONS, 'parley.icns'), icnsOf(at))
})
