// How the views reach the assistant and its state.

import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import type { Assistant } from './assistant'
import type { State } from './state'

export const AssistantContext = createContext<Assistant | undefined>(undefined)

export function useAssistant(): Assistant {
  const assistant = use(AssistantContext)
  if (!assistant) throw new Error('a view stands outside of AssistantContext')
  return assistant
}

export function useParleyState(): State {
  const assistant = useAssistant()
  return useSyncExternalStore(assistant.watch, () => assistant.state)
}

/**
 * Calls `draw` before each frame of the screen, while something moves. Frames that show nothing new are not free: at 60 a
 * second, an idle window took 4 % of a core.
 * @param draw says whether it still moves; it is called on while `isMoving`
 */
export function useEachFrame(draw: () => boolean, isMoving: boolean): void {
  useEffect(() => {
    let request = requestAnimationFrame(function next() {
      if (draw() || isMoving) request = requestAnimationFrame(next)
    })
    return () => cancelAnimationFrame(request)
  }, [draw, isMoving])
}

/** A value that is looked up before each frame and redrawn only when it changes. */
export function useLive<T extends string | number | undefined>(look: () => T): T {
  const [value, setValue] = useState(look)
  useEffect(() => {
    let request = requestAnimationFrame(function next() {
      setValue(look())
      request = requestAnimationFrame(next)
    })
    return () => cancelAnimationFrame(request)
  }, [look])
  return value
}
