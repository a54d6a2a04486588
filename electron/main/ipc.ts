// The shell's side of the contract with the page. The only file that touches Electron's own messaging here.

import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { channelOf, type Notices, type Requests } from '../preload/contract'

/** What the page gives with a request is anything, until wishes.ts has read it. */
export type Answers = {
  [Name in keyof Requests]: (
    given: unknown,
  ) => ReturnType<Requests[Name]> | Promise<ReturnType<Requests[Name]>>
}

export function answerPage(
  answers: Answers,
  mayAsk: (event: IpcMainInvokeEvent, name: keyof Requests) => boolean,
): void {
  for (const name of Object.keys(answers) as (keyof Requests)[]) {
    ipcMain.handle(channelOf(name), (event, given: unknown) => {
      if (!mayAsk(event, name)) throw new Error(`${name} may be asked by Parley's own page only`)
      return answers[name](given)
    })
  }
}

export function tellPage<Name extends keyof Notices>(
  page: WebContents,
  name: Name,
  notice: Notices[Name],
): void {
  if (!page.isDestroyed()) page.send(channelOf(name), notice)
}
