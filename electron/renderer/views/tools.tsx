// What an answer uses besides the language model, and what came of it.

import type { ToolUse } from '../../wire/messages.gen'
import type { Turn } from '../state'
import { useTexts } from '../use-texts'
import { AlertIcon, CheckIcon, ShieldIcon } from './icons'

export function Tools({ turn }: { turn: Turn }) {
  const { title } = useTexts().conversation.tools
  if (turn.tools.length === 0) return null
  const tools = [...turn.tools].sort((a, b) => a.use - b.use)
  return (
    <ul className="tools-used" aria-label={title}>
      {tools.map((tool) => (
        <Use key={tool.use} tool={tool} isOver={turn.outcome !== 'open'} />
      ))}
    </ul>
  )
}

function Use({ tool, isOver }: { tool: ToolUse; isOver: boolean }) {
  const words = useTexts().conversation.tools
  const { state, title, text } = tool
  const isOpen = state === 'asking' || state === 'running'
  const isTold = isOpen || state === 'refused'
  return (
    <li data-testid="tool" data-state={state}>
      <Mark state={state} isOver={isOver} />
      <span>
        <span className="tool-title">{title}</span>
        <span className={isTold ? '' : 'hidden'}> – {isOpen && isOver ? words.stopped : words[state]}</span>
        {text && <span className="tool-text">{text}</span>}
      </span>
    </li>
  )
}

function Mark({ state, isOver }: { state: ToolUse['state']; isOver: boolean }) {
  if (state === 'completed') return <CheckIcon />
  if (state === 'running' && !isOver) return <span className="spinner" aria-hidden="true" />
  return state === 'asking' || state === 'refused' ? <ShieldIcon /> : <AlertIcon />
}
