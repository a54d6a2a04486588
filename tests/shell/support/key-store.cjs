// Test only: Electron 45's safeStorage as it is on Linux, with a file in place of the desktop's key store. What the test
// writes into that file is how the key store is:
//   (no file)   open; a key is made at the first use
//   locked      the user does not unlock it
//   asking      the system asks for its password; until the file says something else nobody has answered
//   absent      there is none, whatever the desktop is called
//   broken      not even Chromium's own key can be used
// Each use adds a line to `FILE.used`.
'use strict'

const crypto = require('crypto')
const fs = require('fs')

/** Which stands in Chromium's source (posix_key_provider.cc). */
const OPEN_SECRET = crypto.createHash('sha256').update('peanuts').digest()
const LOOK_MS = 50

class TestKeyStore {
  /** @param {string} file @param {'basic_text' | 'gnome_libsecret'} backend */
  constructor(file, backend) {
    this.file = file
    this.backend = backend
    this.opened = undefined
  }

  getSelectedStorageBackend() {
    return this.backend
  }

  async encryptStringAsync(text) {
    const { key, state } = await this.open()
    if (state === 'broken') {
      throw new Error('Error while encrypting the text provided to safeStorage.encryptStringAsync.')
    }
    return seal(key ? 'v11' : 'v10', key || OPEN_SECRET, text)
  }

  async decryptStringAsync(encrypted) {
    const { key, state } = await this.open()
    const isOwn = encrypted.slice(0, 3).toString() === 'v11'
    if (isOwn && state === 'locked') {
      throw new Error('safeStorage.decryptStringAsync is temporarily unavailable. Please try again.')
    }
    try {
      // What was sealed with the open secret is to be sealed anew when there is a better one.
      return { result: unseal(isOwn ? key : OPEN_SECRET, encrypted), shouldReEncrypt: !isOwn && Boolean(key) }
    } catch (cause) {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.', {
        cause,
      })
    }
  }

  /** Once in the life of the process, as Electron does it (os_crypt_async_encryptor_provider.cc). */
  open() {
    fs.appendFileSync(`${this.file}.used`, 'used\n')
    if (!this.opened) this.opened = this.ask()
    return this.opened
  }

  async ask() {
    if (this.backend === 'basic_text') return { state: 'absent' }
    for (;;) {
      if (!fs.existsSync(this.file)) fs.writeFileSync(this.file, crypto.randomBytes(32).toString('hex'))
      const state = fs.readFileSync(this.file, 'utf8').trim()
      if (/^[0-9a-f]{64}$/.test(state)) return { state: 'open', key: Buffer.from(state, 'hex') }
      if (state !== 'asking') return { state }
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
  }
}

function seal(tag, key, text) {
  const nonce = crypto.randomBytes(12)
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from(tag), nonce, cipher.getAuthTag(), sealed])
}

function unseal(key, encrypted) {
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, encrypted.slice(3, 15))
  decipher.setAuthTag(encrypted.slice(15, 31))
  return Buffer.concat([decipher.update(encrypted.slice(31)), decipher.final()]).toString('utf8')
}

module.exports = { TestKeyStore }
