// A block of code, and a button that copies it.

import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../use-texts'
import { CheckIcon, CopyIcon } from './icons'

const TOLD_MS = 2_000

export function Code({ text }: { text: string }) {
  const texts = useTexts().conversation
  const block = useRef<HTMLDivElement>(null)
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), TOLD_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = async () => block.current && setCopied(await copyText(text, block.current))
  return (
    <div className="code" ref={block}>
      <pre dir="ltr" tabIndex={0} role="group" aria-label={texts.code}>
        <code>{text}</code>
      </pre>
      <button type="button" className="icon-only copy" title={texts.copyCode} onClick={() => void copy()}>
        {isCopied ? <CheckIcon /> : <CopyIcon />}
        <span className="hidden" aria-live="polite">
          {isCopied ? texts.copied : texts.copyCode}
        </span>
      </button>
    </div>
  )
}

/** @param beside in whose place a field may stand for a moment: a sheet lets nothing outside of it be selected */
async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text, beside) // the shell grants pages no permission but the microphone's
  }
}

function copySelected(text: string, beside: HTMLElement): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hidden'
  beside.append(field)
  field.select()
  try {
    // The only way without a permission.

    return document.execCommand('copy')
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
