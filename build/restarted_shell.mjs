// @ts-check
// A shell that is started again whenever it was built anew: the old one, with its sidecar, is gone before the next comes.

const QUIT_LIMIT_MS = 20_000 // its own is 16 s

export class RestartedShell {
  #start
  #say
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  #isAsked = false
  #gone = Promise.resolve()
  #isStopped = false
  #isRestarting = false
  #isWanted = false
  /** @type {(code: number) => void} */
  #end = () => undefined
  /** Its last exit code, when nothing will start it again. @type {Promise<number>} */
  ended = new Promise((resolve) => (this.#end = resolve))

  /**
   * @param {() => import('node:child_process').ChildProcess} start
   * @param {(line: string) => void} say
   */
  constructor(start, say) {
    this.#start = start
    this.#say = say
  }

  /** Asked for again meanwhile, it happens once more. */
  async restart() {
    this.#isWanted = true
    if (this.#isRestarting) return
    this.#isRestarting = true
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false
      if (this.#child) this.#say('The shell was built anew and is started again.')
      await this.#quit()
      if (!this.#isStopped) this.#run()
    }
    this.#isRestarting = false
  }

  async stop() {
    if (this.#isStopped) return // npm hands on a Ctrl-C that the terminal has sent us already
    this.#isStopped = true
    await this.#quit()
    this.#end(0)
  }

  #run() {
    const child = this.#start()
    this.#child = child
    this.#isAsked = false
    this.#gone = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#child = undefined
        this.#say(`Electron could not be started: ${error.message}`)
        this.#end(1)
        resolve()
      })
      child.on('exit', (code) => {
        this.#child = undefined
        resolve()
        if (this.#isAsked) return
        if (code === 0) return this.#end(0) // the user did
        this.#say(
          `The shell ended (${code ?? 'killed'}). The next save of its source starts it again; Ctrl-C stops.`,
        )
      })
    })
  }

  /** Returns when it is gone. */
  async #quit() {
    const child = this.#child
    if (!child) return
    if (!this.#isAsked) child.kill('SIGTERM')
    this.#isAsked = true
    const late = setTimeout(() => child.kill('SIGKILL'), QUIT_LIMIT_MS)
    await this.#gone
    clearTimeout(late)
  }
}
